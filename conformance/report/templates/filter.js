// Filters the cases and opens the one that a link leads to. The page is complete without it.
"use strict";
(() => {
  const form = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const cases = Array.from(document.querySelectorAll("#case-list details.case"));
  const batches = Array.from(document.querySelectorAll("#case-list > .batch"));
  if (!form || cases.length === 0) return;
  const cards = cases.map((element) => ({
    element,
    data: Object.assign({}, element.dataset, { rfc: element.dataset.rfc.split(" ") }),
    words: element.querySelector("summary").textContent.toLowerCase(),
  }));

  const apply = () => {
    const wanted = new FormData(form);
    const verdicts = new Set(wanted.getAll("verdict"));
    const words = wanted.get("words").toLowerCase().split(/\s+/).filter(Boolean);
    const same = ["level", "role", "side", "mechanism"].filter((name) => wanted.get(name));
    let count = 0;
    for (const { element, data, words: text } of cards) {
      const hit =
        verdicts.has(data.verdict) &&
        same.every((name) => data[name] === wanted.get(name)) &&
        (!wanted.get("rfc") || data.rfc.includes(wanted.get("rfc"))) &&
        words.every((word) => text.includes(word));
      if (element.hidden === hit) element.hidden = !hit;
      count += hit ? 1 : 0;
    }
    // A batch without a case to show would keep its estimated height.
    for (const batch of batches) batch.hidden = !batch.querySelector(":scope > details:not([hidden])");
    shown.textContent = `${count} of ${cards.length} cases shown`;
  };

  const only = (verdict) => {
    form.reset();
    for (const box of form.querySelectorAll("input[name=verdict]")) box.checked = box.value === verdict;
    apply();
  };

  const follow = () => {
    let name;
    try {
      name = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const target = name && document.getElementById(name);
    if (!target) return;
    for (let at = target; at; at = at.parentElement) {
      at.hidden = false;
      if (at.localName === "details") at.open = true;
    }
    const summary = target.parentElement && target.parentElement.querySelector(":scope > summary");
    (target.classList.contains("body") && summary ? summary : target).scrollIntoView();
    if (target.classList.contains("body") && summary) summary.focus({ preventScroll: true });
  };

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = cases.filter((element) => !element.open && !element.hidden && !element.classList.contains("pass"));
    for (const element of closed) element.open = true;
  });
  addEventListener("afterprint", () => {
    for (const element of closed) element.open = false;
  });
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && link.dataset.only) only(link.dataset.only);
    else if (link && link.hash && link.hash === location.hash) follow();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.hidden = false;
  apply();
  follow();
})();
