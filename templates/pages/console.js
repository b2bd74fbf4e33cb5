"use strict";
// Asks the sandbox once a second what there is, and shows it: every value as text, in rows that stay while it does.
(() => {
  const byId = (id) => document.getElementById(id);
  const SHOWN = 200;
  const SECOND = 1000;
  const PATIENCE = 10 * SECOND;

  const tables = {
    engagements: (one) => [one.id, one.title, one.catalog, one.account, one.members.join(", "), moment(one.created)],
    invitations: (one) => [
      one.id, one.status, one.title, one.catalog, one.sender, one.receiver, one.engagement, moment(one.expires),
    ],
    tasks: (one) => [
      one.id, one.status, one.operation, one.catalog, one.account, one.subject, one.reason, moment(one.started),
    ],
    events: (one) => [one.sequence, moment(one.time), one.account, one["detail-type"], JSON.stringify(one.detail)],
  };
  const STATUS = 1; // the column of a status in the tables that have one
  const withStatus = ["invitations", "tasks"];

  // ---------------------------------------------------------------------------------------------------------- text

  /** Spell out what nobody sees: controls, marks that turn the direction of text, line separators. */
  function visible(value) {
    const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
    const spelled = (letter) => `\\u{${letter.codePointAt(0).toString(16)}}`;
    return value === undefined || value === null ? "" : String(value).replace(hidden, spelled);
  }

  /** `2025-01-01T12:30:00.000000Z` reads `2025-01-01 12:30:00`: all times are UTC. */
  const moment = (text) => String(text).replace("T", " ").replace(/(\.\d+)?Z$/, "");

  // -------------------------------------------------------------------------------------------------------- tables

  const rows = Object.fromEntries(Object.keys(tables).map((name) => [name, new Map()]));

  function show(name, found, number) {
    const known = rows[name];
    const body = byId(name);
    const shown = found.slice(-SHOWN).reverse();
    const kept = new Set(shown.map((one) => String(one.id)));
    for (const [id, row] of known) if (!kept.has(id)) known.delete(id), row.remove();
    shown.forEach((one, place) => {
      const row = rowOf(known, one, tables[name](one), withStatus.includes(name));
      if (body.children[place] !== row) body.insertBefore(row, body.children[place] || null);
    });
    const count = number > shown.length ? `${shown.length} of ${number.toLocaleString("en")}` : String(number);
    if (byId(`${name}-count`).textContent !== count) byId(`${name}-count`).textContent = count;
  }

  function rowOf(known, one, values, status) {
    const id = String(one.id);
    const row = known.get(id) || document.createElement("tr");
    known.set(id, row);
    values.forEach((value, column) => {
      const cell = row.cells[column] || row.insertCell();
      const text = visible(value);
      if (cell.textContent !== text) cell.textContent = text;
    });
    if (status) row.cells[STATUS].dataset.status = values[STATUS];
    return row;
  }

  // -------------------------------------------------------------------------------------------------------- asking

  async function ask(path, given) {
    const sent = given && {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Speccast-Sandbox": "1" },
      body: JSON.stringify(given),
    };
    const answer = await fetch(path, { ...sent, signal: AbortSignal.timeout(PATIENCE) });
    const value = await answer.json();
    if (!answer.ok) throw new Error(value.message);
    return value;
  }

  const switches = byId("switches");
  let setting = 0; // switches that were set and not answered yet: until then they show what was set

  function showSettings(settings) {
    if (setting) return;
    switches.elements.tasks.value = settings.tasks;
    switches.elements.rates.checked = settings.rates;
    switches.elements.realistic.checked = settings.realistic;
  }

  function connected(word) {
    if (byId("connection").textContent !== word) byId("connection").textContent = word;
  }

  let before = "";
  let asked = 0;

  async function look() {
    const mine = ++asked;
    try {
      const found = await ask("/_admin/overview");
      if (mine !== asked) return; // a later answer may be here already
      connected("live");
      byId("now").textContent = moment(found.now);
      byId("now").dateTime = found.now;
      delete found.now;
      const now = JSON.stringify(found);
      if (now === before) return;
      before = now;
      for (const name of Object.keys(tables)) show(name, found[name], found.counts[name]);
      showSettings(found.settings);
    } catch (fault) {
      connected("the sandbox does not answer");
    }
  }

  // -------------------------------------------------------------------------------------------------------- acting

  async function act(path, given, done) {
    try {
      byId("status").textContent = done(await ask(path, given));
    } catch (fault) {
      byId("status").textContent = `Not done: ${visible(fault.message)}`;
    }
    await look();
  }

  for (const button of byId("clock").querySelectorAll("button")) {
    const given = { advance: button.dataset.advance };
    button.addEventListener("click", () => act("/_admin/clock", given, (found) => `It is ${moment(found.now)} now.`));
  }

  byId("fail").addEventListener("submit", (event) => {
    event.preventDefault();
    const { account, reason } = event.target.elements;
    const given = { fail_next_task: reason.value, ...(account.value && { account: account.value }) };
    const whose = account.value || "each account";
    act("/_admin/switch", given, () => `The next task of ${whose} fails with ${reason.value}.`);
  });

  switches.addEventListener("change", async (event) => {
    const { name, type, value, checked } = event.target;
    const box = type === "checkbox";
    setting += 1;
    await act("/_admin/switch", { [name]: box ? checked : value }, () => `${name}: ${box ? (checked ? "on" : "off") : value}.`);
    setting -= 1;
    before = "";
  });

  for (const form of document.forms) form.addEventListener("submit", (event) => event.preventDefault());

  async function keepLooking() {
    if (!document.hidden) await look();
    setTimeout(keepLooking, SECOND);
  }

  document.addEventListener("visibilitychange", () => document.hidden || look());
  keepLooking();
})();
