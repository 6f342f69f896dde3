// ECharts with the parts we use; loaded only by pages that show a chart. Colours are the page's own tokens.
import * as echarts from "echarts/core"
import { BarChart, GraphChart, LineChart, MapChart } from "echarts/charts"
import { AriaComponent, DatasetComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components"
import { CanvasRenderer } from "echarts/renderers"

echarts.use([BarChart, GraphChart, LineChart, MapChart, AriaComponent, DatasetComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, CanvasRenderer])

function tokens() {
  const style = getComputedStyle(document.documentElement)
  return (name) => style.getPropertyValue(`--${name}`).trim()
}

function draw(box) {
  if (echarts.getInstanceByDom(box)) return
  const colour = tokens()
  const axis = { axisLine: { lineStyle: { color: colour("edge") } }, axisLabel: { color: colour("mute") }, splitLine: { lineStyle: { color: colour("line") } } }
  const theme = { color: ["leaf", "blue", "amber", "kapok", "edge"].map(colour), textStyle: { color: colour("ink"), fontFamily: colour("sans") }, categoryAxis: axis, valueAxis: axis, legend: { textStyle: { color: colour("mute") } } }
  const chart = echarts.init(box, theme)
  // The tooltip is drawn on the canvas: the page's policy forbids style attributes.
  chart.setOption({ animation: false, tooltip: { renderMode: "richText" }, ...JSON.parse(document.getElementById(`${box.id}-option`).textContent) })
  new ResizeObserver(() => chart.resize()).observe(box)
}

document.querySelectorAll("[data-chart]").forEach(draw)
