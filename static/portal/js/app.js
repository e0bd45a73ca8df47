// Comfort on top of pages that work without it. No dependency but htmx's events.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

function announce(text) {
  const live = $("#live");
  if (!live) return;
  live.textContent = "";
  setTimeout(() => { live.textContent = text; }, 50);
}

// One box for many: ticked, empty, or in between.
function summarise(box, boxes) {
  const on = boxes.filter((each) => each.checked).length;
  box.checked = on > 0 && on === boxes.length;
  box.indeterminate = on > 0 && on < boxes.length;
}

// Products: the ring, "Select all" and the service plans agree with each other. A ring that is off stays as it is.
function product(root, changed) {
  const ring = $(".ring input", root);
  const all = $("[data-all-plans]", root);
  const plans = $$("[data-plan]", root);
  const set = (on) => plans.forEach((plan) => { if (!plan.disabled) plan.checked = on; });
  const some = plans.some((plan) => plan.checked);
  if (!changed) ring.indeterminate = "mixed" in ring.dataset;
  else $("[name=leave]", root)?.remove();
  // Taking a product takes all of its plans unless some are chosen already; giving it up clears them.
  if (changed === ring && (!ring.checked || !some)) set(ring.checked);
  if (changed === all) set(all.checked);
  if (!ring.disabled && (changed === all || changed?.matches("[data-plan]"))) ring.checked = changed === all ? all.checked : some;
  summarise(all, plans);
}

// Tables: the header box stands for the page; commands that need a row wait for one.
function selection(form) {
  const rows = $$("tbody .pick input", form);
  const header = $("[data-select-page]", form);
  if (header) summarise(header, rows);
  const any = rows.some((row) => row.checked) || Boolean($("input[type=hidden][name=selected]", form));
  for (const command of $$(`[data-needs-selection][form="${form.id}"]`)) {
    command.setAttribute("aria-disabled", String(!any));
    command.title = any ? "" : command.dataset.needsSelection;
  }
  const reason = $(".command-reason");
  if (reason && any) reason.textContent = "";
}

// A long choice: what is typed above leaves the lines with these words, and opens their groups.
function narrow(box) {
  const wanted = box.value.trim().toLowerCase();
  for (const line of $$("[data-line]", box.closest("[data-narrowed]"))) line.hidden = !line.textContent.toLowerCase().includes(wanted);
  for (const group of $$("details.role-group", box.closest("[data-narrowed]"))) {
    const there = $$("[data-line]:not([hidden])", group).length;
    group.hidden = !there;
    group.open = wanted ? there > 0 : Boolean($("input:checked", group));
  }
}

const snapshot = (form) => JSON.stringify([...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string"));

// Times are UTC; the reader's own stands beside.
function addLocalTime(time) {
  const own = new Date(time.dateTime).toLocaleString([], { dateStyle: "medium", timeStyle: "short", hour12: false });
  time.insertAdjacentText("afterend", ` (${own} your time)`);
  delete time.dataset.local;
}

function prepare(root = document) {
  $$("time[data-local]", root).forEach(addLocalTime);
  $$("[data-scripted], [data-copy]", root).forEach((node) => { node.hidden = false; });
  $$("[data-product]", root).forEach((node) => product(node));
  $$("form#list-form", root).forEach(selection);
  $$("form[data-send-now]", root).forEach((form) => form.submit());
  $$("form[data-guard]", root).forEach((form) => { form.before = snapshot(form); });
  for (const plain of $$("div[data-fill-username]", root)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = plain.className;
    Object.assign(button.dataset, plain.dataset);
    button.append(...plain.childNodes);
    plain.replaceWith(button);
  }
}

document.addEventListener("input", ({ target }) => { if (target.matches("[data-narrow]")) narrow(target); });

document.addEventListener("change", ({ target }) => {
  const products = target.closest("[data-product]");
  if (products) product(products, target);
  const list = target.closest("form#list-form");
  if (!list) return;
  if (target.matches("[data-select-page]")) $$("tbody .pick input", list).forEach((row) => { row.checked = target.checked; });
  selection(list);
  announce(`${$$("tbody .pick input:checked", list).length} selected`);
});

document.addEventListener("click", (event) => {
  const off = event.target.closest("[data-needs-selection][aria-disabled='true']");
  if (off) {
    event.preventDefault();
    $(".command-reason", off.closest(".command-bar")).textContent = off.dataset.needsSelection;
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard?.writeText($(`#${copy.dataset.copy}`).textContent).then(() => announce("Copied"), () => announce("Could not copy"));
  const fill = event.target.closest("button[data-fill-username]");
  if (fill) {
    $("[name=username]").value = fill.dataset.fillUsername;
    $("[name=password]").value = fill.dataset.fillPassword;
    $("form .primary").focus();
  }
  const leave = event.target.closest("[data-leave]");
  if (leave?.form && !leave.form.leaving && (leave.form.dataset.guard === "changed" || snapshot(leave.form) !== leave.form.before)) {
    event.preventDefault();
    askToLeave(leave);
  }
  $$("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

function askToLeave(button) {
  const dialog = $("#leave-dialog");
  dialog.returnValue = "";
  dialog.showModal();
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "leave") return button.focus();
    const confirmed = Object.assign(document.createElement("input"), { type: "hidden", name: "discard", value: "1" });
    button.form.append(confirmed);
    button.form.leaving = true;
    button.form.requestSubmit(button);
  }, { once: true });
}

// A form that must go once: the buttons rest after the first, once the browser has taken the pressed one's value.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("once" in form.dataset)) return;
  if (form.sent) return event.preventDefault();
  form.sent = true;
  setTimeout(() => $$("button", form).forEach((button) => { button.disabled = true; }));
});
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = $("[data-hotkey='/']");
    if (search?.checkVisibility()) { event.preventDefault(); search.focus(); }
  }
  if (event.key !== "Escape") return;
  const menu = event.target.closest("details[data-menu][open]") ?? $("details[data-menu][open]");
  if (menu) { menu.open = false; $("summary", menu).focus(); } else event.target.closest("#pane")?.querySelector("[data-pane-close]")?.click();
});

// Side pane: reading goes on at its heading, and comes back to the link that opened it.
let opener = $("[data-pane-link][aria-current]")?.href ?? "";
document.addEventListener("htmx:beforeRequest", ({ target }) => { if (target.matches("[data-pane-link]")) opener = target.href; });
document.addEventListener("htmx:afterSettle", ({ target }) => {
  prepare(target);
  if (target.id !== "pane") return;
  const links = $$("[data-pane-link]");
  const title = $("h2", target);
  links.forEach((link) => { if (title && link.href === opener) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current"); });
  (title ?? links.find((link) => link.href === opener))?.focus();
  announce(title ? `Details of ${title.textContent}` : "Details closed");
});
document.addEventListener("htmx:responseError", ({ detail }) => location.assign(detail.pathInfo.requestPath));
document.addEventListener("htmx:sendError", ({ detail }) => location.assign(detail.pathInfo.requestPath));

prepare();
$("[data-focus]")?.focus();
