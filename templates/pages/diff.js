"use strict";
// Hides what the filters leave out. Everything stands in the page already: nothing is made from text, nothing is fetched.
(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId("filters");
  const holder = byId("findings");
  const limit = Number(holder.dataset.limit);
  const audiences = ["caller", "source", "server"];
  const severity = ["cosmetic", "safe", "risky", "breaking"];
  const options = [...byId("operation").options].slice(1).map((option) => option.value);

  const items = [...holder.querySelectorAll(".finding")].map((node) => {
    const levels = node.dataset.levels.split(" ");
    return {
      node,
      levels: Object.fromEntries(audiences.map((name, index) => [name, levels[index]])),
      worst: severity[Math.max(...levels.map((level) => severity.indexOf(level)))],
      accepted: "accepted" in node.dataset,
      operations: new Set(node.dataset.operations.split(" ").filter(Boolean).map((number) => options[number])),
      text: [...node.querySelectorAll(".s")].map((part) => part.textContent).join("\n").toLowerCase(),
    };
  });

  const sections = [...holder.querySelectorAll("section")].map((node) => ({
    node,
    key: node.dataset.section,
    list: node.querySelector(".list"),
    count: node.querySelector(".count"),
    button: node.querySelector(".all"),
    whole: false,
  }));

  const sectionOf = (item, audience) => (item.accepted ? "accepted" : audience ? item.levels[audience] : item.worst);
  const counted = (count) => `${count.toLocaleString("en")} finding${count === 1 ? "" : "s"}`;
  const folds = (item) => item.node.querySelector("details");

  // ------------------------------------------------------------------------------------------------- the fragment

  function read() {
    return {
      text: form.elements.text.value,
      audience: form.elements.audience.value,
      operation: form.elements.operation.value,
      hidden: [...form.querySelectorAll("[name=level]:not(:checked)")].map((box) => box.value),
    };
  }

  function remember(state) {
    const said = new URLSearchParams();
    for (const name of ["text", "audience", "operation"]) if (state[name]) said.set(name, state[name]);
    if (state.hidden.length) said.set("hide", state.hidden.join("."));
    const fragment = String(said);
    history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
  }

  function recall() {
    const said = new URLSearchParams(location.hash.slice(1));
    const hidden = (said.get("hide") || "").split(".");
    const audience = said.get("audience");
    form.elements.text.value = said.get("text") || "";
    form.elements.operation.value = options.includes(said.get("operation")) ? said.get("operation") : "";
    form.elements.audience.value = audiences.includes(audience) ? audience : "";
    for (const box of form.querySelectorAll("[name=level]")) box.checked = !hidden.includes(box.value);
  }

  // -------------------------------------------------------------------------------------------------- the findings

  let placed = "";

  function place(audience) {
    if (audience === placed) return;
    placed = audience;
    const lists = Object.fromEntries(sections.map((section) => [section.key, section.list]));
    for (const item of items) lists[sectionOf(item, audience)].append(item.node);
  }

  function matcher(state) {
    const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
    return (item) =>
      words.every((word) => item.text.includes(word)) &&
      (!state.operation || !item.operations.size || item.operations.has(state.operation));
  }

  function show() {
    const state = read();
    const matches = matcher(state);
    const counts = Object.fromEntries(sections.map((section) => [section.key, 0]));
    const whole = Object.fromEntries(sections.map((section) => [section.key, section.whole]));
    place(state.audience);
    for (const item of items) {
      const key = sectionOf(item, state.audience);
      const hit = matches(item);
      counts[key] += hit;
      item.shown = hit && !state.hidden.includes(key);
      item.node.hidden = !item.shown || (counts[key] > limit && !whole[key]);
    }
    for (const section of sections) tell(section, counts[section.key], state);
    const shown = items.filter((item) => item.shown).length;
    byId("status").textContent = shown === items.length ? counted(shown) : `${shown.toLocaleString("en")} of ${counted(items.length)}`;
    byId("nothing").hidden = shown > 0;
    nameButton();
    return state;
  }

  function tell(section, count, state) {
    section.node.hidden = !count || state.hidden.includes(section.key);
    section.count.textContent = count.toLocaleString("en");
    form.querySelector(`[data-count=${section.key}]`).textContent = count.toLocaleString("en");
    section.button.hidden = section.whole || count <= limit;
    section.button.textContent = `Show all ${count.toLocaleString("en")}`;
  }

  function showWhole(section) {
    const covered = items.filter((item) => item.shown && item.node.hidden && section.list.contains(item.node));
    section.whole = true;
    show();
    if (covered.length) covered[0].node.querySelector("summary").focus();
  }

  const seen = () => items.filter((item) => !item.node.hidden);

  function nameButton() {
    byId("unfold").textContent = seen().every((item) => folds(item).open) ? "Fold all" : "Unfold all";
  }

  function unfold() {
    const open = !seen().every((item) => folds(item).open);
    for (const item of seen()) folds(item).open = open;
    nameButton();
  }

  /** Go to one finding, whatever the filters say. */
  function visit(id) {
    const item = items.find((one) => one.node.id === id);
    if (!item) return false;
    form.reset();
    sections.forEach((section) => (section.whole = section.whole || section.key === sectionOf(item, "")));
    show();
    folds(item).open = true;
    item.node.scrollIntoView();
    item.node.querySelector("summary").focus({ preventScroll: true });
    return true;
  }

  function arrive() {
    if (location.hash === "#findings" || visit(location.hash.slice(1))) return;
    recall();
    show();
  }

  // -------------------------------------------------------------------------------------------------------- events

  let waiting = 0;

  function changed() {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => remember(show()));
  }

  function pressed(event) {
    const typing = event.target.matches("input[type=search], select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      byId("text").focus();
    }
    if (event.key === "Escape" && event.target === byId("text")) {
      byId("text").value = "";
      changed();
    }
  }

  for (const remaining of holder.querySelectorAll(".remaining")) {
    remaining.parentNode.querySelector(".list").append(...remaining.querySelector(".list").children);
    remaining.remove();
  }
  for (const section of sections) section.button.addEventListener("click", () => showWhole(section));
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(changed));
  byId("unfold").addEventListener("click", unfold);
  document.addEventListener("keydown", pressed);
  holder.addEventListener("toggle", nameButton, true);
  addEventListener("hashchange", arrive);
  form.hidden = items.length === 0;
  arrive();
})();
