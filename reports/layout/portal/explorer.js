// The explorer: reads the chosen figures, draws them with Vega-Lite, says them as a table.
// The address after # holds the choice. Values are the edition's own text; they become numbers only to be drawn.
"use strict";
(function () {
  const given = JSON.parse(document.getElementById("given").textContent);
  const { words } = given;
  const byId = (id) => document.getElementById(id);
  const form = byId("choose");
  const districts = new Map(given.districts.map((one) => [one.id, one]));
  const held = new Map(); // district -> {head, lines: [{raw, row, opened}]}
  const wanted = new Map(); // district -> promise of its figures
  let turn = 0;

  // Texts and numbers in the page's language.
  const plural = new Intl.PluralRules(given.language);
  function say(name, values = {}) {
    let text = words[name];
    if (typeof text === "object") text = text[plural.select(values.count)] || text.other;
    return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
  }
  const month = (id) => given.months[Number(id.slice(5)) - 1] + " " + id.slice(0, 4);
  function number(text, decimals) {
    const value = Number(text), places = Math.abs(value) >= 1000 ? 0 : decimals;
    return new Intl.NumberFormat(given.language === "it" ? "it-IT" : "en-GB", { minimumFractionDigits: places, maximumFractionDigits: places, useGrouping: "always" }).format(value).replace("-", "−");
  }
  const printed = (text, kpi) => number(text, kpi.decimals) + (kpi.unit ? "\u00a0" + kpi.unit : "");

  // Figures: CSV as RFC 4180 has it; the text of each line is kept.
  function parse(text) {
    const lines = [];
    let fields = [], field = "", quoted = false, start = 0;
    for (let at = 0; at < text.length; at++) {
      const sign = text[at];
      if (quoted) {
        if (sign !== '"') field += sign;
        else if (text[at + 1] === '"') { field += '"'; at++; } else quoted = false;
      } else if (sign === '"') quoted = true;
      else if (sign === ",") { fields.push(field); field = ""; }
      else if (sign === "\n") {
        fields.push(field);
        lines.push({ raw: text.slice(start, at + 1), fields });
        fields = []; field = ""; start = at + 1;
      } else field += sign;
    }
    return lines;
  }
  window.nzdTake = function ({ district, csv, opened }) {
    const [head, ...lines] = parse(csv);
    const row = (fields) => Object.fromEntries(head.fields.map((name, place) => [name, fields[place]]));
    held.set(district, { head: head.raw, lines: lines.map((line, place) => ({ raw: line.raw, row: row(line.fields), opened: opened[place] === "1" })) });
  };
  function fetched(id) {
    if (!wanted.has(id)) wanted.set(id, new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = districts.get(id).script;
      script.onload = done;
      script.onerror = () => { wanted.delete(id); failed(new Error(words.failed)); };
      document.head.append(script);
    }));
    return wanted.get(id);
  }

  // The choice, in the form and after #.
  function fromAddress() {
    const said = new URLSearchParams(location.hash.slice(1));
    const many = (said.get("d") || "").split(",").filter((id) => districts.has(id));
    const is = (value, known, usual) => (known.includes(value) ? value : usual);
    return {
      k: is(said.get("k"), Object.keys(given.kpis), Object.keys(given.kpis)[0]),
      d: many.length ? many : said.has("d") ? [] : [...districts.keys()],
      from: /^\d{4}-\d{2}$/.test(said.get("from")) ? said.get("from") : "",
      to: /^\d{4}-\d{2}$/.test(said.get("to")) ? said.get("to") : "",
      v: is(said.get("v"), ["raw", "adjusted", "both"], "raw"),
      s: is(said.get("s"), ["apart", "together", "index"], "apart"),
    };
  }
  function toAddress(choice) {
    const said = new URLSearchParams();
    for (const [key, value] of Object.entries(choice)) if (key === "d" || value) said.set(key, String(value));
    return "#" + said.toString().replaceAll("%2C", ",");
  }
  function fromForm() {
    const data = new FormData(form);
    return { k: data.get("k"), d: data.getAll("d"), from: data.get("from") || "", to: data.get("to") || "", v: data.get("v") || "raw", s: data.get("s") || "apart" }; // what cannot be chosen here is no choice
  }
  function toForm(choice) {
    form.k.value = choice.k;
    for (const box of form.querySelectorAll("[name=d]")) box.checked = choice.d.includes(box.value);
    for (const name of ["v", "s"]) for (const one of form.querySelectorAll(`[name=${name}]`)) one.checked = one.value === choice[name];
  }
  function offerMonths(choice) {
    const months = [...new Set(choice.d.flatMap((id) => held.get(id).lines.map((line) => line.row.month)))].sort();
    for (const [name, usual] of [["from", months[0]], ["to", months[months.length - 1]]]) {
      form[name].replaceChildren(...months.map((id) => new Option(month(id), id)));
      form[name].value = months.includes(choice[name]) ? choice[name] : usual || "";
    }
    choice.from = form.from.value;
    choice.to = form.to.value;
    if (choice.from > choice.to) [choice.from, choice.to, form.from.value, form.to.value] = [choice.to, choice.from, choice.to, choice.from];
  }
  function chosen(choice) {
    return choice.d.map((id) => ({ ...districts.get(id), lines: held.get(id).lines.filter(({ row }) => row.kpi_code === choice.k && row.month >= choice.from && row.month <= choice.to) }));
  }

  // What is drawn: a value of the month itself. A value repeated until the next is due is in the table alone.
  const drawn = (row) => row.reason !== "off_month";
  function marksOf(one, column, base) {
    return one.lines.filter(({ row }) => drawn(row)).map(({ row, opened }) => {
      const at = base ? Number(row[column]) / base.value * 100 : Number(row[column]);
      const known = row[column] !== "" && (!base || row.boundary_version === base.boundary);
      return {
        month: row.month + "-01", value: known ? at : null, hidden: row.suppressed === "true", district: one.name, kind: column === "value" ? words.raw : words.adjusted,
        series: column + row.boundary_version, state: row.signal === "grey" ? "grey" : row.status, href: opened && one.provenance ? one.provenance + "#" + row.kpi_value_id : null,
        low: !base && column === "value" && row.interval_low !== "" ? Number(row.interval_low) : null, high: !base && column === "value" && row.interval_high !== "" ? Number(row.interval_high) : null,
        target: !base && column === "value" && row.target !== "" ? Number(row.target) : null,
        told: known ? (base ? number(at, 1) : printed(row[column], given.kpis[row.kpi_code])) : words.gap,
      };
    });
  }
  const columns = (choice, rows) => (choice.v === "raw" || !hasAdjusted(rows) ? ["value"] : choice.v === "adjusted" ? ["value_adjusted"] : ["value", "value_adjusted"]);
  const hasAdjusted = (all) => all.some((one) => one.lines.some(({ row }) => row.value_adjusted !== ""));
  function baseMonth(all, column) {
    const months = [...new Set(all.flatMap((one) => one.lines.map(({ row }) => row.month)))].sort();
    return months.find((id) => all.every((one) => one.lines.some(({ row }) => row.month === id && drawn(row) && Number(row[column]) > 0)));
  }
  function panels(choice, all, kpi) {
    const [column, other] = columns(choice, all);
    const title = say("named", { name: kpi.name, unit: kpi.unit }).replace(/, $/, "");
    if (choice.s === "index") {
      const first = baseMonth(all, column);
      if (first) {
        const bases = all.map((one) => one.lines.find(({ row }) => row.month === first).row).map((row) => ({ value: Number(row[column]), boundary: row.boundary_version }));
        return [{ title: kpi.name, under: say("index_title", { month: month(first) }), marks: all.flatMap((one, place) => marksOf(one, column, bases[place])), many: true, base: first }];
      }
    }
    if (choice.s === "together" && kpi.sizeless && all.length > 1) return [{ title, under: kpi.period, marks: all.flatMap((one) => marksOf(one, column)), many: true }];
    return all.map((one) => ({ title: one.name, under: title + " · " + kpi.period, marks: [column, other].filter(Boolean).flatMap((each) => marksOf(one, each)), many: false }));
  }

  // Drawing.
  const colour = (name) => getComputedStyle(document.querySelector(".portal")).getPropertyValue("--" + name).trim();
  const dashes = [[1, 0], [6, 3], [2, 2], [9, 3, 2, 3], [4, 4], [1, 3]];
  const shapes = ["circle", "square", "triangle-up", "diamond", "triangle-down", "cross"];
  function fromZero(panel) {
    const seen = panel.marks.flatMap((mark) => [mark.value, mark.low, mark.high, mark.target]).filter((value) => value !== null);
    return Math.min(...seen) >= 0 && Math.min(...seen) < 0.5 * Math.max(...seen);
  }
  function spec(panel, choice, width) {
    const names = [...new Set(panel.marks.map((mark) => (panel.many ? mark.district : mark.kind)))];
    const paint = names.map((_, place) => colour("s" + (place % 6)));
    const field = panel.many ? "district" : "kind";
    const scale = (range) => ({ field, scale: { domain: names, range: names.map((_, place) => range[place % range.length]) }, legend: null });
    const x = { field: "month", type: "temporal", scale: { type: "utc", domain: [choice.from + "-01", choice.to + "-01"] }, axis: { title: null, labelExpr: "(utcmonth(datum.value) == 0 || datum.index == 0 ? monthAbbrevFormat(utcmonth(datum.value)) + ' ' + utcyear(datum.value) : monthAbbrevFormat(utcmonth(datum.value)))", tickCount: width > 420 ? 8 : 4, labelOverlap: true, grid: false } };
    const y = { field: "value", type: "quantitative", scale: { zero: fromZero(panel), nice: true }, axis: { title: null, tickCount: 5, domain: false, ticks: false } };
    const tip = { signal: "datum.district + ', ' + utcFormat(datum.month, '%B %Y') + ': ' + datum.told" };
    return {
      $schema: "https://vega.github.io/schema/vega-lite/v6.json",
      description: panel.alt,
      width, height: 230, background: null, padding: 4, autosize: { type: "fit", contains: "padding" },
      data: { values: panel.marks, format: { parse: { month: "utc:'%Y-%m-%d'" } } },
      encoding: { x },
      layer: [
        ...(panel.marks.some((mark) => mark.low !== null) ? [{ transform: [{ filter: "datum.low !== null && datum.high !== null" }], mark: { type: "area", opacity: 0.16, color: colour("s0"), aria: false }, encoding: { y: { ...y, field: "low" }, y2: { field: "high" } } }] : []),
        ...(panel.marks.some((mark) => mark.target !== null) ? [{ transform: [{ filter: "datum.target !== null" }], mark: { type: "line", strokeDash: [3, 3], strokeWidth: 1.2, color: colour("ink"), aria: false }, encoding: { y: { ...y, field: "target" } } }] : []),
        { mark: { type: "line", strokeWidth: 2.2, invalid: "break-paths-filter-domains", aria: false }, encoding: { y, color: scale(paint), strokeDash: scale(dashes), detail: { field: "series" } } },
        { transform: [{ filter: "datum.value !== null" }], mark: { type: "point", size: 46, strokeWidth: 1.6, opacity: 1, tooltip: tip }, encoding: { y, shape: scale(shapes), stroke: { condition: { test: "datum.state === 'grey'", value: colour("grey") }, ...scale(paint) }, fill: { condition: [{ test: "datum.state === 'provisional'", value: colour("paper") }, { test: "datum.state === 'grey'", value: colour("grey") }], ...scale(paint) }, description: { field: "told" } } },
        { transform: [{ filter: "datum.hidden" }], mark: { type: "text", text: "×", dy: -7, fontSize: 17, color: colour("soft"), tooltip: words.hidden, aria: false }, encoding: { y: { value: "height" } } },
      ],
      config: {
        font: "Source Sans Pro", view: { stroke: null },
        axis: { labelColor: colour("soft"), labelFontSize: 12.5, gridColor: colour("line"), domainColor: colour("soft"), tickColor: colour("soft") },
      },
    };
  }
  function localised() {
    const it = given.language === "it";
    const long = [...Array(12).keys()].map((n) => new Intl.DateTimeFormat(it ? "it-IT" : "en-GB", { month: "long", timeZone: "UTC" }).format(Date.UTC(2024, n, 1)));
    const days = ["D", "L", "M", "M", "G", "V", "S"];
    return {
      timeFormatLocale: { dateTime: "%x", date: "%d/%m/%Y", time: "%H:%M", periods: ["", ""], days, shortDays: days, months: long, shortMonths: given.months },
      formatLocale: it ? { decimal: ",", thousands: ".", grouping: [3], currency: ["", " €"] } : { decimal: ".", thousands: ",", grouping: [3], currency: ["€", ""] },
    };
  }
  async function draw(choice, all, kpi, mine) {
    const found = panels(choice, all, kpi);
    const place = byId("plots");
    place.replaceChildren();
    byId("key").replaceChildren();
    const plots = found.map((panel) => {
      const figure = document.createElement("figure"), caption = document.createElement("figcaption"), name = document.createElement("b"), under = document.createElement("span"), plot = document.createElement("div");
      name.textContent = panel.title;
      under.textContent = panel.under + (panel.marks.some((mark) => mark.value !== null) && !fromZero(panel) ? " · " + words.not_zero : "");
      caption.append(name, under);
      plot.className = "plot";
      figure.append(caption, plot);
      place.append(figure);
      return plot;
    });
    for (const [at, panel] of found.entries()) {
      const plot = plots[at], known = panel.marks.filter((mark) => mark.value !== null);
      if (!known.length) { plot.textContent = words.nothing; continue; }
      const ordered = [...known].sort((a, b) => a.value - b.value), last = known[known.length - 1];
      panel.alt = say("alt", { title: kpi.name, district: [...new Set(known.map((mark) => mark.district))].join(", "), count: known.length, from: month(known[0].month), to: month(last.month), low: ordered[0].told, high: ordered[ordered.length - 1].told, last: last.told });
      const view = await window.vegaEmbed(plot, spec(panel, choice, Math.max(240, plot.clientWidth - 4)), { actions: false, ast: true, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true }, ...localised() });
      if (mine !== turn) return;
      view.view.addEventListener("click", (_, item) => { if (item && item.datum && item.datum.href) location.assign(item.datum.href); });
    }
    legend(found);
  }
  function legend(found) {
    const parts = [];
    const names = [...new Set(found.flatMap((panel) => panel.marks.map((mark) => (panel.many ? mark.district : mark.kind))))];
    const signs = ["●", "■", "▲", "◆", "▼", "✚"], lines = ["──", "╌╌", "┈┈", "─·", "╌ ╌", "· ·"];
    if (names.length > 1) names.forEach((name, place) => parts.push([signs[place % 6] + " " + lines[place % 6] + " " + name, "s" + (place % 6)]));
    parts.push(["● " + words.final], ["○ " + words.provisional], ["× " + words.hidden]);
    if (found.some((panel) => panel.marks.some((mark) => mark.target !== null))) parts.push(["┄┄ " + words.target]);
    byId("key").replaceChildren(...parts.map(([text, paint]) => {
      const one = document.createElement("span");
      one.textContent = text;
      if (paint) one.style.color = "var(--" + paint + ")";
      return one;
    }));
    return parts;
  }

  // Words beside the drawing.
  function notes(choice, all, kpi) {
    const lines = [];
    if (all.length > 1) {
      const base = choice.s === "index" && baseMonth(all, columns(choice, all)[0]);
      if (choice.s === "index") lines.push(base ? say("index_of", { month: month(base) }) : words.no_index);
      else if (!kpi.sizeless) lines.push(words.levels);
      else if (choice.s === "together") lines.push(words.together, words.kinds);
    }
    if (choice.v !== "raw" && !hasAdjusted(all)) lines.push(words.no_adjusted);
    for (const one of all) {
      const rows = one.lines.map(({ row }) => row).filter(drawn);
      rows.slice(1).forEach((row, place) => {
        const before = rows[place].boundary_version;
        if (row.boundary_version !== before) lines.push(say("boundary", { district: one.name, month: month(row.month), old: before, new: row.boundary_version }));
      });
      for (const [name, test] of [["hidden_many", (row) => row.suppressed === "true"], ["gap_many", (row) => row.value === "" && row.suppressed !== "true"], ["grey_many", (row) => row.value !== "" && row.signal === "grey"], ["provisional_many", (row) => row.value !== "" && row.status === "provisional"]]) {
        const count = rows.filter(test).length;
        if (count) lines.push(say(name, { district: one.name, count }));
      }
    }
    byId("notes").replaceChildren(...lines.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  }
  function why(row) {
    if (row.suppressed === "true") return given.reasons[row.reason] || words.hidden;
    if (row.reason === "off_month") return words.off_month;
    const few = row.value === "" && row.reason === "few_cases" && row.numerator !== "" ? say("few", { done: number(row.numerator, 0), all: number(row.denominator, 0) }) : "";
    return [few, row.reason ? given.reasons[row.reason] || row.reason : row.signal === "grey" ? words.greyed : ""].filter(Boolean).join(", ");
  }
  function table(choice, all, kpi) {
    byId("c-table").textContent = say("named", { name: kpi.name, unit: kpi.unit }).replace(/, $/, "") + " (" + choice.k + "), " + say("from_to", { from: month(choice.from), to: month(choice.to) });
    const rows = all.flatMap((one) => [...one.lines].reverse().map(({ row, opened }) => {
      const line = document.createElement("tr"), head = document.createElement("th");
      head.scope = "row";
      head.textContent = one.name;
      const shown = (text, hidden) => (text !== "" ? number(text, kpi.decimals) : hidden ? words.hidden : "–");
      const cells = [month(row.month), shown(row.value, row.suppressed === "true"), shown(row.value_adjusted, false), words[row.status] || row.status, row.grade || "–", why(row) || "–"].map((text, place) => Object.assign(document.createElement("td"), { textContent: text, className: place === 1 || place === 2 ? "n" : "" }));
      const last = document.createElement("td");
      if (opened && one.provenance) {
        const link = document.createElement("a");
        link.href = one.provenance + "#" + row.kpi_value_id;
        link.textContent = row.kpi_value_id.slice(0, 7);
        link.setAttribute("aria-label", say("open", { district: one.name, month: month(row.month) }));
        last.append(link);
      } else last.textContent = "–";
      line.append(head, ...cells, last);
      return line;
    }));
    byId("table").tBodies[0].replaceChildren(...rows);
  }

  // What was chosen, as the edition's own lines.
  function taken(choice) {
    const all = chosen({ ...choice, d: [...choice.d].sort() });
    return held.get(choice.d[0]).head + all.flatMap((one) => one.lines.map((line) => line.raw)).join("");
  }
  function take() {
    const choice = fromForm();
    if (!choice.d.length) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([taken(choice)], { type: "text/csv;charset=utf-8" }));
    link.download = ["nzd", choice.k, choice.d.join("-"), choice.from, choice.to].join("_") + ".csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  async function show(choice) {
    const mine = ++turn;
    delete document.documentElement.dataset.drawn;
    try {
      await Promise.all(choice.d.map(fetched));
    } catch (failure) {
      byId("told").textContent = failure.message;
      return;
    }
    if (mine !== turn) return;
    if (!choice.d.length) {
      byId("told").textContent = words.choose;
      for (const id of ["plots", "notes", "key"]) byId(id).replaceChildren();
      byId("table").tBodies[0].replaceChildren();
      history.replaceState(null, "", toAddress(choice));
      return;
    }
    offerMonths(choice);
    const kpi = given.kpis[choice.k], all = chosen(choice);
    for (const one of form.querySelectorAll("[name=s]")) one.disabled = one.value === "together" ? !kpi.sizeless || all.length < 2 : one.value === "index" && all.length < 1;
    for (const one of form.querySelectorAll("[name=v]")) one.disabled = one.value !== "raw" && !hasAdjusted(all);
    byId("method").href = "methods.html#" + choice.k;
    byId("told").textContent = "";
    history.replaceState(null, "", toAddress(choice));
    notes(choice, all, kpi);
    table(choice, all, kpi);
    await draw(choice, all, kpi, mine);
    if (mine === turn) document.documentElement.dataset.drawn = String(mine);
  }
  form.addEventListener("change", () => show(fromForm()));
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("take").addEventListener("click", take);
  byId("share").addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(location.href); byId("told").textContent = words.copied; } catch { byId("told").textContent = location.href; }
  });
  window.addEventListener("hashchange", () => { const choice = fromAddress(); toForm(choice); show(choice); });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(fromForm()));
  let wide = innerWidth;
  window.addEventListener("resize", () => { if (Math.abs(innerWidth - wide) > 40) { wide = innerWidth; show(fromForm()); } });
  const first = fromAddress();
  toForm(first);
  show(first);
})();
