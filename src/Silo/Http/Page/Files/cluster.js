// The cluster, asked once a second: what each role works on, what waits, and which silos are there.
import { delay, get } from './api.js';
import { make } from './thread.js';

const kept = 120; // seconds that a line shows
const names = { frontend: 'HTTP', encoder: 'Reading pictures', decoder: 'Text', diffusion: 'Painting', trainer: 'Training' };
const done = { encoder: 'images/s', decoder: 'tokens/s', diffusion: 'steps/s' };
const history = new Map();
const tiles = new Map();
const svg = (tag, attributes) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

function tile(role) {
  const line = svg('polyline', { points: '' });
  const area = svg('polygon', { points: '', class: 'area' });
  const chart = svg('svg', { class: 'spark', viewBox: `0 0 ${kept} 40`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  line.setAttribute('vector-effect', 'non-scaling-stroke');
  chart.append(area, line);
  const [running, waiting, rate, workers] = [make('dd'), make('dd'), make('dd'), make('span')];
  const element = make('section', { className: 'tile' },
    make('h3', {}, names[role] ?? role, workers),
    make('dl', { className: 'figures' }, make('div', {}, make('dt', { textContent: 'running' }), running), make('div', {}, make('dt', { textContent: 'waiting' }), waiting),
      done[role] && make('div', {}, make('dt', { textContent: done[role] }), rate)),
    chart);
  document.getElementById('queues').append(element);
  return { running, waiting, rate, workers, line, area };
}

function showQueue(queue) {
  if (!tiles.has(queue.role)) tiles.set(queue.role, tile(queue.role));
  const view = tiles.get(queue.role);
  const past = history.get(queue.role) ?? [];
  past.push(queue.running + queue.waiting);
  history.set(queue.role, past.slice(-kept));
  view.running.textContent = queue.running;
  view.waiting.textContent = queue.waiting;
  view.rate.textContent = Math.round(queue.rate);
  view.workers.textContent = `${queue.workers} ${queue.workers === 1 ? 'worker' : 'workers'}`;
  const values = history.get(queue.role);
  const most = Math.max(4, ...values);
  const points = values.map((value, i) => `${i * kept / (kept - 1)},${(38 - 36 * value / most).toFixed(1)}`);
  view.line.setAttribute('points', points.join(' '));
  view.area.setAttribute('points', `0,40 ${points.join(' ')} ${(values.length - 1) * kept / (kept - 1)},40`);
}

const age = since => {
  const seconds = Math.max(0, Math.round((Date.now() - new Date(since)) / 1000));
  return seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
};

const size = bytes => bytes < 1 << 20 ? `${Math.round(bytes / 1024)} KB` : `${Math.round(bytes / (1 << 20))} MB`;

// Of an encoder the images that it remembers, of a decoder the blocks of its conversations.
function memory(worker) {
  if (worker.role === 'encoder') return [make('meter', { min: 0, max: 1, value: worker.cache_bytes / worker.cache_limit, ariaLabel: 'Encoded images' }), ` ${size(worker.cache_bytes)} of ${size(worker.cache_limit)}`];
  const used = 1 - worker.free_share;
  return worker.role === 'decoder' ? [make('meter', { min: 0, max: 1, value: used, ariaLabel: 'Blocks in use' }), ` ${Math.round(used * 100)} %`] : [];
}

function siloView(silo) {
  const rows = silo.workers.map(worker => make('tr', {},
    make('td', { textContent: names[worker.role] ?? worker.role }),
    make('td', { textContent: worker.device }),
    make('td', { textContent: `${worker.open} of ${worker.slots}` }),
    make('td', { textContent: done[worker.role] ? `${Math.round(worker.rate)} ${done[worker.role]}` : '' }),
    make('td', {}, ...memory(worker)),
    make('td', { textContent: worker.draining ? 'leaving' : worker.serving ? 'ready' : 'other model' }),
    make('td', { textContent: worker.model.slice(0, 10), title: worker.model })));
  const head = ['Work', 'Device', 'Busy', 'Speed', 'Memory in use', 'State', 'Model'].map(text => make('th', { textContent: text, scope: 'col' }));
  return make('article', { className: 'silo' },
    make('h3', { textContent: silo.name || silo.address }),
    make('p', { className: 'about', textContent: `${silo.address} · ${silo.status} · here for ${age(silo.started)}` }),
    make('ul', { className: 'badges', ariaLabel: 'Roles' }, ...silo.roles.map(role => make('li', { textContent: role }))),
    rows.length > 0 && make('div', { className: 'wrap' }, make('table', {}, make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...rows))));
}

const live = document.getElementById('live');
let said = '';
const say = (text, isLost) => {
  live.classList.toggle('lost', isLost);
  if (text !== said) live.textContent = said = text;
};

for (;;) {
  try {
    const cluster = await get('/cluster', AbortSignal.timeout(5000));
    cluster.queues.forEach(showQueue);
    document.getElementById('silos').replaceChildren(...cluster.silos.map(siloView));
    say(`Live, ${cluster.silos.length} ${cluster.silos.length === 1 ? 'silo' : 'silos'}`, false);
  } catch (problem) {
    say(`Not reachable, trying again: ${problem.message}`, true);
  }
  await delay(document.hidden ? 5000 : 1000);
}
