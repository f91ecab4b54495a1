// Figures that move: one starts when it comes near the window, one with kept results not before the reader has moved, for
// a page begins with 250 KB at most. Until then, and without scripts, its first frame stands.
// Called again after each change of page within the document (`turbo:load`), it takes up the figures that are new.
{
  const taken = new WeakSet();
  const awake = new Promise((done) => {
    for (const kind of ["pointermove", "pointerdown", "touchstart", "scroll", "keydown", "focusin"])
      addEventListener(kind, done, { capture: true, once: true, passive: true });
  });

  const start = async (root) => {
    const folder = new URL(`${root.dataset.figures}/`, root.ownerDocument.baseURI);
    const fetched = (root.dataset.result ?? "")
      .split(" ")
      .filter(Boolean)
      .map(async (name) => {
        const response = await fetch(new URL(`${name}.json`, folder));
        return [name, await response.json()];
      });
    const [page, module, ...documents] = await Promise.all([
      import(new URL("page.js", folder)),
      import(new URL(`${root.dataset.module}.js`, folder)),
      ...fetched,
    ]);
    page.attach(root, module, module.read?.(Object.fromEntries(documents)));
  };

  const near = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        const still = () => (target.querySelector(".moving-still").hidden = false);
        if (location.protocol === "file:")
          still(); // no browser loads modules from there
        else
          Promise.resolve(target.dataset.result && awake)
            .then(() => start(target))
            .catch(still);
      }
    },
    { rootMargin: "300px" },
  );

  const takeUp = () => {
    for (const root of document.querySelectorAll("[data-module]")) {
      if (taken.has(root)) continue;
      taken.add(root);
      near.observe(root);
    }
  };

  takeUp();
  document.addEventListener("DOMContentLoaded", takeUp);
  document.addEventListener("turbo:load", takeUp);
}
