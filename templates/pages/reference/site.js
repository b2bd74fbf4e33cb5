"use strict";
// Search and the switch of themes. Text of a spec is set as text alone, and nothing is fetched: the index is a script.
(() => {
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement;

  // ------------------------------------------------------------------------------------------------------- theme

  const button = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

  function label() {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Switch to the ${isDark() ? "light" : "dark"} theme`);
  }

  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("speccast-theme", root.dataset.theme);
    } catch {
      // Kept for this page alone.
    }
    label();
  });
  system.addEventListener("change", label);
  label();
  button.hidden = false;

  // ------------------------------------------------------------------------------------------------------ search

  const most = 30;
  const input = byId("search");
  const list = byId("results");
  const status = byId("found");
  let entries = null;
  let kinds = [];
  let asked = false;
  let shown = [];
  let at = -1;

  function load() {
    if (asked) return;
    asked = true;
    const name = "search-index.js";
    const script = document.createElement("script");
    script.src = window.trustedTypes
      ? trustedTypes.createPolicy("speccast", { createScriptURL: () => name }).createScriptURL(name)
      : name;
    script.addEventListener("load", () => {
      kinds = window.speccastIndex.kinds;
      entries = window.speccastIndex.entries.map(([kind, name, where, href]) => ({
        kind, name, where, href, low: name.toLowerCase(), all: `${name} ${where}`.toLowerCase(),
      }));
      search();
    });
    document.head.append(script);
  }

  // Lower is better; -1 where an entry does not match. Of equals the shorter name comes first.
  function rank(entry, words, whole) {
    if (entry.low === whole) return 0;
    if (!words.every((word) => entry.all.includes(word))) return -1;
    if (entry.low.startsWith(whole) || words.includes(entry.low)) return 1;
    return entry.low.includes(words[0]) ? 2 : 3;
  }

  function found(text) {
    const whole = text.trim().toLowerCase();
    const words = whole.split(/[\s.]+/).filter(Boolean);
    if (!words.length) return [];
    const ranked = [];
    for (const entry of entries) {
      const value = rank(entry, words, whole);
      if (value >= 0) ranked.push([value, entry.kind, entry.name.length, entry]);
    }
    ranked.sort((one, other) => one[0] - other[0] || one[1] - other[1] || one[2] - other[2]);
    return ranked.map((each) => each[3]);
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  }

  function option(entry, index) {
    const item = document.createElement("li");
    item.id = `result-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const link = document.createElement("a");
    link.href = entry.href;
    link.tabIndex = -1;
    link.append(element("span", "name", entry.name), element("span", "kind", kinds[entry.kind]));
    if (entry.where) link.append(element("span", "where", entry.where));
    item.append(link);
    return item;
  }

  function search() {
    if (!entries) return;
    const all = found(input.value);
    shown = all.slice(0, most);
    at = -1;
    list.replaceChildren(...shown.map(option));
    if (!shown.length && input.value.trim()) {
      const nothing = element("li", "none", "Nothing found");
      nothing.setAttribute("role", "option");
      nothing.setAttribute("aria-disabled", "true");
      list.append(nothing);
    }
    const open = Boolean(input.value.trim());
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    input.removeAttribute("aria-activedescendant");
    status.textContent = open ? `${all.length} found${all.length > most ? `, ${most} shown` : ""}` : "";
  }

  function choose(index) {
    if (!shown.length) return;
    if (at >= 0) list.children[at].setAttribute("aria-selected", "false");
    at = (index + shown.length) % shown.length;
    const item = list.children[at];
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", item.id);
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  }

  input.addEventListener("focus", () => (load(), search()));
  input.addEventListener("input", search);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") choose(at + 1);
    else if (event.key === "ArrowUp") choose(at < 0 ? -1 : at - 1);
    else if (event.key === "Enter" && shown.length) list.children[Math.max(at, 0)].firstChild.click();
    else if (event.key === "Escape") (list.hidden ? input.blur() : close());
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", () => (close(), input.blur()));
  document.addEventListener("pointerdown", (event) => event.target.closest(".search") || close());
  document.addEventListener("focusin", (event) => event.target.closest(".search") || close());
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  input.closest(".search").hidden = false;

  // ---------------------------------------------------------------------------------- a place in folded content

  function unfold() {
    let target = null;
    try {
      target = byId(decodeURIComponent(location.hash.slice(1)));
    } catch {
      return;
    }
    for (let node = target; node; node = node.parentElement) if (node.matches("details")) node.open = true;
    if (target) target.scrollIntoView();
  }
  addEventListener("hashchange", unfold);
  if (location.hash) unfold();
})();
