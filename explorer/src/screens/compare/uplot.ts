// The chart library and its sheet, which come with the first chart.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export { uPlot };
