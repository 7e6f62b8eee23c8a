// Searches the index of the page's language. Every word must be found; a word of the title or a code counts most.
"use strict";
(function () {
  const told = document.getElementById("told"), found = document.getElementById("found");
  const box = document.getElementById("q");
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[₀-₉]/g, (d) => d.charCodeAt(0) - 8320);
  const index = window.nzdIndex.map(([kind, title, href, more]) => ({ kind, title, href, named: plain(title), all: plain(title + " " + kind + " " + more) }));

  function weigh(entry, words) {
    let sum = 0;
    for (const word of words) {
      if (!entry.all.includes(word)) return 0;
      const begins = (" " + entry.named).search(new RegExp("[^a-z0-9]" + word.replace(/[^a-z0-9]/g, "\\$&"))) >= 0;
      sum += entry.named === word ? 100 : begins ? 20 : entry.named.includes(word) ? 8 : 1;
    }
    return sum;
  }

  function show(asked) {
    const words = plain(asked).split(/\s+/).filter(Boolean);
    found.replaceChildren();
    if (!words.length) { told.textContent = ""; return; }
    const hits = index.map((entry) => [weigh(entry, words), entry]).filter(([sum]) => sum > 0).sort((a, b) => b[0] - a[0]);
    told.textContent = !hits.length ? told.dataset.none : hits.length === 1 ? told.dataset.one : told.dataset.many.replace("#", hits.length);
    for (const [, entry] of hits.slice(0, 60)) {
      const line = document.createElement("li"), link = document.createElement("a"), kind = document.createElement("span");
      link.href = entry.href;
      link.textContent = entry.title;
      kind.textContent = entry.kind;
      line.append(link, " ", kind);
      found.append(line);
    }
  }

  const asked = new URLSearchParams(location.search).get("q") || "";
  box.value = asked;
  box.addEventListener("input", () => show(box.value));
  show(asked);
})();
