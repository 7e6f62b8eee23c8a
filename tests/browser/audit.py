"""What axe-core and our own measurements say of a page that stands open.

Belongs here: one function per question to the page. Does not belong here: which pages are asked (`test_*.py`).
"""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from pipelines.settings import checkout

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

UNFOLD = "document.querySelectorAll('details').forEach(each => each.open = true)"

# Rows below one head, and opened figures with the same parts, are made by the same lines of a template: axe, which
# needs milliseconds for each element, reads two of them and the last. Our own measurements read them all.
_THIN = """() => {
  document.querySelectorAll('tbody').forEach(body => [...body.rows].slice(2, -1).forEach(row => row.remove()))
  const seen = {}
  document.querySelectorAll('article.opened').forEach(each => {
    const parts = [...each.querySelectorAll('dt, table, details')]
      .map(part => part.tagName + part.firstChild.data).join()
    seen[parts] = (seen[parts] || 0) + 1
    if (seen[parts] > 2) each.remove() })
}"""

_AXE = """async ([standards, left_out]) => {
  const told = await axe.run({runOnly: standards,
    rules: Object.fromEntries(left_out.map(rule => [rule, {enabled: false}]))})
  const plain = found => found.map(rule => [rule.id, rule.nodes.map(node => node.target.join(' '))])
  return {violations: plain(told.violations), incomplete: plain(told.incomplete)}
}"""

_CONTRAST = """() => {
  const parse = colour => { const v = (colour.match(/[\\d.]+/g) || []).map(Number)
    return v.length < 3 ? null : [v[0], v[1], v[2], v.length > 3 ? v[3] : 1] }
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]))
  const light = c => { const v = c.map(n => n / 255).map(n => n <= .04045 ? n / 12.92 : ((n + .055) / 1.055) ** 2.4)
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2] }
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05) }
  const ground = element => { const stack = []
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor)
      if (colour && colour[3] > 0) { stack.push(colour); if (colour[3] === 1) break } }
    let under = matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0] : [255, 255, 255]
    for (const colour of stack.reverse()) under = over(colour, under)
    return under }
  const beneath = text => { const box = text.getBoundingClientRect(), svg = text.closest('svg')
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    let under = ground(svg)
    for (const shape of svg.querySelectorAll('rect,path,circle,polygon')) {
      if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING) || shape.closest('defs')) continue
      const style = getComputedStyle(shape), fill = parse(style.fill), at = shape.getBoundingClientRect()
      if (!fill || x < at.left || x > at.right || y < at.top || y > at.bottom) continue
      under = over([fill[0], fill[1], fill[2], fill[3] * style.fillOpacity * style.opacity], under) }
    return under }
  const poor = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement, said = walk.currentNode.data.trim()
    if (!said || /^(STYLE|SCRIPT|NOSCRIPT|TITLE|DESC)$/i.test(element.tagName) || !element.checkVisibility()) continue
    const style = getComputedStyle(element), drawn = element.ownerSVGElement
    const ink = parse(drawn ? style.fill : style.color), paper = drawn ? beneath(element) : ground(element)
    if (!ink) continue
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700)
    const found = ratio(over(ink, paper), paper)
    if (found < (large ? 3 : 4.5)) poor.push([said.slice(0, 40), element.tagName, +found.toFixed(2)])
  }
  return poor
}"""

_WIDER_THAN_THE_WINDOW = """() => {
  const wide = document.documentElement.clientWidth + 1
  return [...document.body.querySelectorAll('*')].filter(each => {
    if (!each.checkVisibility() || each.closest('.skip')) return false
    const scrolls = each.closest('.scroll, [role=group][tabindex]')
    return (!scrolls || scrolls === each) && each.getBoundingClientRect().right > wide
  }).map(each => each.outerHTML.slice(0, 120))
}"""

_CUT_OFF = """() => [...document.body.querySelectorAll('*')].filter(each => {
    if (!each.checkVisibility() || each.ownerSVGElement || each.tagName === 'svg') return false
    const style = getComputedStyle(each)
    if (/auto|scroll/.test(style.overflowX)) return false
    return each.clientWidth > 0 && style.display !== 'inline' && each.scrollWidth > each.clientWidth + 1
  }).map(each => [each.outerHTML.slice(0, 120), each.scrollWidth, each.clientWidth])"""

_OVERLAPPING = """() => {
  const found = []
  const parents = 'main, section, article, figure, .tiles, .tile, .boxes, .box, dl, header, footer'
  for (const parent of document.querySelectorAll(parents)) {
    const boxes = [...parent.children].filter(each => each.checkVisibility() && !each.matches('.skip'))
      .map(each => [each, each.getBoundingClientRect()]).filter(([, box]) => box.width && box.height)
    for (let i = 1; i < boxes.length; i++) { const [before, a] = boxes[i - 1], [after, b] = boxes[i]
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left)
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
      if (across > 1 && down > 1) found.push([before.outerHTML.slice(0, 80), after.outerHTML.slice(0, 80)]) }
  }
  return found
}"""

_HEADS_OF_NOTHING = """() => [...document.querySelectorAll('th')].filter(head => {
    const row = head.parentElement, table = head.closest('table')
    if (head.scope === 'rowgroup') return row.parentElement.rows.length < 2
    if (head.scope === 'row') return !row.querySelector('td')
    return ![...table.tBodies].some(body => [...body.rows].some(each => each.cells.length > head.cellIndex))
  }).map(head => head.outerHTML)"""


@cache
def _script() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def axe(page: Any, *left_out: str) -> dict[str, list[tuple[str, list[str]]]]:
    """What axe-core holds against the page, and what it could not decide."""
    page.evaluate(UNFOLD)
    page.evaluate(_THIN)
    # Its script is no part of the page, whose policy lets no script run.
    page.evaluate(_script())
    told: dict[str, list[tuple[str, list[str]]]] = page.evaluate(_AXE, [STANDARDS, [*left_out]])
    return told


def poor_contrast(page: Any) -> list[Any]:
    """Texts, also of drawings, that stand out too little from what is painted behind them."""
    return list(page.evaluate(_CONTRAST))


def beyond_the_window(page: Any) -> list[str]:
    """What a reader would have to scroll sideways for, other than tables that scroll by themselves."""
    return list(page.evaluate(_WIDER_THAN_THE_WINDOW))


def cut_off(page: Any) -> list[Any]:
    """Boxes whose content is wider than they are."""
    return list(page.evaluate(_CUT_OFF))


def overlapping(page: Any) -> list[Any]:
    """Neighbours that cover one another."""
    return list(page.evaluate(_OVERLAPPING))


def heads_of_nothing(page: Any) -> list[str]:
    """Heads of tables without a cell that they head."""
    return list(page.evaluate(_HEADS_OF_NOTHING))


def pages_of(folder: Path) -> list[Path]:
    """Every page below a folder, whichever part of the product made it."""
    return sorted(folder.rglob("*.html"))


def malformed(files: list[Path]) -> list[tuple[str, int, str]]:
    """What the Nu HTML Checker says of files: every message, warnings too."""
    found = sorted((checkout() / ".checkers").rglob("vnu.jar"))
    if not found or shutil.which("java") is None:
        pytest.skip(
            "no .checkers/ (make checkers) or no java: no checker of HTML has read the pages"
        )
    told = subprocess.run(
        ["java", "-Xss4m", "-jar", found[0], "--format", "json", "--exit-zero-always", *files],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    said = json.loads(told.stderr)["messages"]
    return [(each["url"][-60:], each.get("lastLine", 0), each["message"]) for each in said]
