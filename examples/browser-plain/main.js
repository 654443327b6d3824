// Everything of the library is in this one file, which stands beside the page: no bundler, no installation.
import { adam, createDataset, predictor, train } from "./chainrule.min.js";

const ARMS = ["red", "green", "blue"];
const PALE = [
  [250, 205, 200],
  [205, 235, 205],
  [205, 220, 250],
];
const STRONG = ["#c2322a", "#2b8a3e", "#2458d3"];
const EPOCHS = 100;

const element = (id) => document.getElementById(id);

/** Points of three spiral arms, in the square from -1 to 1. */
function spirals(perArm) {
  const inputs = [];
  const labels = [];
  ARMS.forEach((arm, index) => {
    for (let i = 0; i < perArm; i++) {
      const radius = 0.08 + (0.87 * i) / perArm;
      // The last term takes the points off the middle of their arm, always by as much.
      const angle = 5 * radius + (2 * Math.PI * index) / ARMS.length + 0.22 * Math.sin(37 * i * i);
      inputs.push([radius * Math.cos(angle), radius * Math.sin(angle)]);
      labels.push(arm);
    }
  });
  return createDataset({ name: "spirals", inputs, labels, columns: ["x", "y"] });
}

const dataset = spirals(120);

/** Draws the points, on the regions of a trained model where there is one. */
function drawMap(model) {
  const canvas = element("map");
  const context = canvas.getContext("2d");
  const size = canvas.width;
  const picture = context.createImageData(size, size);
  const answer = model === undefined ? undefined : predictor(model);
  for (let at = 0; at < size * size; at++) {
    const [x, y] = [(at % size) / (size / 2) - 1, 1 - Math.floor(at / size) / (size / 2)];
    const colour = answer === undefined ? [240, 242, 245] : PALE[ARMS.indexOf(answer([x, y]))];
    picture.data.set([...colour, 255], 4 * at);
  }
  context.putImageData(picture, 0, 0);
  for (let row = 0; row < dataset.rowCount; row++) {
    const [x, y] = [dataset.inputs[2 * row], dataset.inputs[2 * row + 1]];
    context.fillStyle = STRONG[ARMS.indexOf(dataset.target.classes[dataset.target.indices[row]])];
    context.beginPath();
    context.arc(((x + 1) * size) / 2, ((1 - y) * size) / 2, 2.6, 0, 2 * Math.PI);
    context.fill();
  }
}

function drawCurve(costs) {
  const canvas = element("curve");
  const context = canvas.getContext("2d");
  const [width, height] = [canvas.width, canvas.height];
  const highest = Math.max(...costs, 1);
  const [left, bottom] = [64, height - 56];
  const x = (epoch) => left + ((width - left - 16) * epoch) / (EPOCHS - 1);
  const y = (cost) => bottom - ((bottom - 24) * cost) / highest;
  context.clearRect(0, 0, width, height);
  context.font = "24px system-ui, sans-serif";
  context.fillStyle = "#56616f";
  context.strokeStyle = "#e3e7ec";
  context.lineWidth = 2;
  for (const cost of [0, highest / 2, highest]) {
    context.fillText(cost.toFixed(1), 8, y(cost) + 8);
    context.beginPath();
    context.moveTo(left, y(cost));
    context.lineTo(width - 16, y(cost));
    context.stroke();
  }
  context.fillText("epoch 1", left, height - 12);
  context.textAlign = "right";
  context.fillText(String(EPOCHS), width - 16, height - 12);
  context.textAlign = "left";
  context.strokeStyle = "#2458d3";
  context.lineWidth = 4;
  context.beginPath();
  costs.forEach((cost, epoch) => context.lineTo(x(epoch), y(cost)));
  context.stroke();
}

async function learn() {
  element("train").disabled = true;
  element("status").value = "";
  const costs = [];
  try {
    const run = train(dataset, { hidden: [24, 24], optimizer: adam({ learningRate: 0.005 }), epochs: EPOCHS, batchSize: 16 });
    run.onTick(({ fraction }) => (element("progress").value = fraction));
    for await (const { cost } of run) {
      costs.push(cost);
      element("cost").value = cost.toPrecision(2);
      // At most once a frame of the screen; the epochs are faster.
      requestAnimationFrame(() => drawCurve(costs));
    }
    const { model, test, samplesPerSecond, note } = await run.result;
    drawMap(model);
    element("verdict").value = `${Math.round(100 * test.accuracy)} % of the test right`;
    element("status").value = note ?? `${Math.round(samplesPerSecond / 1000)} thousand points a second`;
  } catch (error) {
    element("status").value = error.message;
  }
  element("train").disabled = false;
}

drawMap();
drawCurve([]);
element("train").addEventListener("click", learn);
element("train").disabled = false;
