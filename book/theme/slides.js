// A page as slides: `ch07-scheduler.html?slides`. Each section is one; ← and → turn them, and a
// print has one on each sheet. The text is the page's own.
"use strict";

(() => {
  if (!new URLSearchParams(location.search).has("slides")) return;

  /** Puts each heading, and what follows it, into a slide of its own. */
  function cut(main) {
    const slides = [];
    for (const node of [...main.childNodes]) {
      if (slides.length === 0 || /^H[12]$/.test(node.nodeName)) {
        const slide = document.createElement("section");
        slide.className = "slide";
        main.append(slide);
        slides.push(slide);
      }
      slides.at(-1).append(node);
    }
    return slides.filter((slide) => slide.innerText.trim() !== "" || slide.remove());
  }

  document.documentElement.classList.add("slides");
  const slides = cut(document.querySelector("main"));
  const count = document.createElement("p");
  count.className = "slide-count";
  document.body.append(count);
  let shown = 0;

  function show(number) {
    shown = Math.min(Math.max(number, 0), slides.length - 1);
    slides.forEach((slide, at) => slide.classList.toggle("is-shown", at === shown));
    count.textContent = `${shown + 1} / ${slides.length}`;
    scrollTo(0, 0);
  }

  const turns = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
  const ends = { Home: 0, End: slides.length - 1 };
  addEventListener("keydown", (event) => {
    // In a field, and in a flow that is played, these keys have another meaning.
    if (event.target.closest("input, textarea, figure.flow")) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in turns) show(shown + turns[event.key]);
    else if (event.key in ends) show(ends[event.key]);
    else return;
    event.preventDefault();
    // Else the book would turn its leaves.
    event.stopPropagation();
  }, true);

  const here = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  show(here ? slides.findIndex((slide) => slide.contains(here)) : 0);
})();
