// Training jobs: a list that is asked for every two seconds, and the curves of one job as they come.
import { delay, get, post, readEvents, send } from './api.js';
import { make } from './thread.js';

const width = 300, height = 100;
const notCurves = new Set(['samples', 'trainers']);
const svg = (tag, attributes) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};
const live = document.getElementById('live');
const say = (text, isLost) => {
  live.classList.toggle('lost', isLost);
  live.textContent = text;
};

let shown = null, watching = null;
const curves = new Map();

// One number over the steps; the validation's beside it, dashed.
function curve(name) {
  const lines = { train: svg('polyline', { points: '', fill: 'none', 'vector-effect': 'non-scaling-stroke' }),
    validation: svg('polyline', { points: '', fill: 'none', 'vector-effect': 'non-scaling-stroke', 'stroke-dasharray': '4 3' }) };
  const chart = svg('svg', { class: 'spark', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  chart.append(lines.train, lines.validation);
  const [value, steps] = [make('dd'), make('span')];
  document.getElementById('curves').append(make('section', { className: 'tile' }, make('h3', { textContent: name }, steps),
    make('dl', { className: 'figures' }, make('div', {}, make('dt', { textContent: 'now' }), value)), chart));
  return { lines, value, steps, points: { train: [], validation: [] } };
}

function add(metric) {
  for (const [name, number] of Object.entries(metric.values)) {
    if (notCurves.has(name) || !Number.isFinite(number)) continue;
    if (!curves.has(name)) curves.set(name, curve(name));
    const points = curves.get(name).points[metric.split];
    while (points.length > 0 && points.at(-1)[0] >= metric.step) points.pop(); // a step that was made again
    points.push([metric.step, number]);
  }
}

function draw() {
  for (const view of curves.values()) {
    const all = [...view.points.train, ...view.points.validation];
    const [left, right] = [Math.min(...all.map(p => p[0])), Math.max(...all.map(p => p[0]))];
    const [low, high] = [Math.min(...all.map(p => p[1])), Math.max(...all.map(p => p[1]))];
    for (const [split, line] of Object.entries(view.lines)) {
      const every = Math.max(1, Math.floor(view.points[split].length / 600));
      line.setAttribute('points', view.points[split].filter((_, i) => i % every === 0).map(([x, y]) =>
        `${(width * (x - left) / Math.max(1, right - left)).toFixed(1)},${(height - 2 - (height - 4) * (y - low) / Math.max(1e-12, high - low)).toFixed(1)}`).join(' '));
    }
    const last = (view.points.train.at(-1) ?? view.points.validation.at(-1));
    view.value.textContent = last[1].toPrecision(4);
    view.steps.textContent = `step ${last[0]}`;
  }
}

async function watch(id) {
  watching?.abort();
  watching = new AbortController();
  const { signal } = watching;
  shown = id;
  curves.clear();
  document.getElementById('curves').replaceChildren();
  document.getElementById('title').textContent = `Losses of ${id}`;
  let drawn = 0;
  try {
    for await (const event of readEvents(await send('GET', `/jobs/training/${id}/metrics`, { signal }))) {
      if (signal.aborted) return;
      if (event.name === 'resume') throw new Error('the silo leaves');
      if (event.name === 'metric') add(event.data);
      if (performance.now() - drawn > 200 || event.name === 'job') {
        draw();
        drawn = performance.now();
      }
    }
    draw();
  } catch (problem) {
    if (!signal.aborted) {
      await delay(2000);
      if (shown === id && !signal.aborted) watch(id);
    }
  }
}

const act = (job, verb) => make('button', { type: 'button', textContent: verb, onclick: async () => {
  try { await post(`/jobs/training/${job.id}/${verb}`, {}); } catch (problem) { say(problem.message, true); }
} });

function jobView(job) {
  const hasEnded = ['completed', 'failed', 'cancelled'].includes(job.state);
  const link = make('button', { type: 'button', textContent: 'curves', onclick: () => watch(job.id) });
  return make('article', { className: 'silo' },
    make('h3', { textContent: job.id }),
    make('p', { className: 'about', textContent: `${job.state} · step ${job.step} of ${job.total_steps}${job.stage ? ` · ${job.stage}` : ''}${job.message ? ` · ${job.message}` : ''}` }),
    make('p', {}, make('meter', { min: 0, max: job.total_steps, value: job.step, ariaLabel: 'Progress' }), ' ', link, ' ',
      ...(hasEnded ? [] : [act(job, job.state === 'paused' ? 'resume' : 'pause'), ' ', act(job, 'cancel')])));
}

for (;;) {
  try {
    const { jobs } = await get('/jobs/training', AbortSignal.timeout(5000));
    document.getElementById('jobs').replaceChildren(...(jobs.length > 0 ? jobs.map(jobView) : [make('p', { textContent: 'There are no training jobs yet.' })]));
    if (!shown && jobs.length > 0) watch(jobs[0].id);
    say(`Live, ${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}`, false);
  } catch (problem) {
    say(`Not reachable, trying again: ${problem.message}`, true);
  }
  await delay(document.hidden ? 10000 : 2000);
}
