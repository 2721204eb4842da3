// Illustration jobs: begun, watched, stopped, and fetched. The list is asked for every second while something is going on.
import { delay, get, getKey, imageUrl, send } from './api.js';
import { make } from './thread.js';

const base = '/jobs/illustrations';
const views = new Map();
const words = { waiting: 'waiting', running: 'painting', paused: 'paused', completed: 'done', cancelled: 'cancelled', failed: 'failed' };
const problem = document.getElementById('problem');
const complain = text => { problem.textContent = text; problem.hidden = !text; };
const plural = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;
const time = seconds => seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;

async function attempt(action) {
  try { complain(''); await action(); } catch (error) { complain(error.message); }
  await refresh();
}

// With a key no plain link would be let in: the file is fetched, and given to the browser.
async function save(path, name) {
  const blob = await (await send('GET', path)).blob();
  const link = make('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

class JobView {
  #pictures = new Map();

  constructor(id) {
    this.id = id;
    this.title = make('h3');
    this.about = make('p', { className: 'about' });
    this.bar = make('progress', { max: 1, value: 0, ariaLabel: 'Pictures done' });
    this.tools = make('div', { className: 'buttons' });
    this.documents = make('div', { className: 'documents' });
    this.element = make('article', { className: 'silo job' }, this.title, this.about, this.bar, this.documents, this.tools);
    this.element.dataset.job = id;
  }

  async update(job) {
    this.element.dataset.state = job.state;
    this.title.textContent = job.documents.length === 1 ? job.documents[0].name : `${job.documents[0].name} and ${job.documents.length - 1} more`;
    const left = job.seconds_left ? `, ${time(job.seconds_left)} left` : '';
    const tries = job.painted > job.done && job.state !== 'running' ? `, ${job.painted} painted` : '';
    this.about.textContent = `${words[job.state]} · ${job.done} of ${plural(job.total, 'picture')}${tries}${left}${job.problem ? ` · ${job.problem}` : ''}`;
    this.bar.value = job.total ? job.done / job.total : 1;
    this.#showTools(job);
    for (const [index, document] of job.documents.entries()) {
      if (this.#pictures.get(index)?.done !== `${document.done}/${document.painted}`) await this.#showPictures(index, document);
    }
  }

  #showTools(job) {
    if (this.state === job.state) return;
    this.state = job.state;
    const button = (text, action, className = 'quiet') => make('button', { type: 'button', className, textContent: text, onclick: () => attempt(action) });
    const post = verb => () => send('POST', `${base}/${this.id}/${verb}`);
    this.tools.replaceChildren(...[
      job.state === 'running' && button('Pause', post('pause')),
      (job.state === 'paused' || job.state === 'failed') && button('Go on', post('resume')),
      (job.state === 'running' || job.state === 'paused') && button('Cancel', post('cancel')),
      job.state !== 'running' && button('Delete', () => send('DELETE', `${base}/${this.id}`)),
      button('Download', () => save(`${base}/${this.id}/result`, `${this.id}.zip`), 'primary'),
    ].filter(Boolean));
  }

  // Without a key the page is a plain link; the silo serves it so that nothing in it can run.
  #addDocument(index, document) {
    const read = !getKey() && make('a', { href: `/v1${base}/${this.id}/documents/${index}/page`, target: '_blank', rel: 'noreferrer', textContent: 'Read', ariaLabel: `Read ${document.name}` });
    const list = make('ul', { className: 'figures-list', ariaLabel: `Pictures of ${document.name}` });
    this.documents.append(make('p', { className: 'about' }, document.name, ' ', read), list);
    return list;
  }

  async #showPictures(index, document) {
    const { figures } = await get(`${base}/${this.id}/documents/${index}`);
    const list = this.#pictures.get(index)?.list ?? this.#addDocument(index, document);
    this.#pictures.set(index, { list, done: `${document.done}/${document.painted}` });
    list.replaceChildren(...await Promise.all(figures.map(async figure => {
      const score = typeof figure.score === 'number' ? ` · agrees ${figure.score.toFixed(2)}` : '';
      const shown = figure.image_id ? make('img', { src: await imageUrl(figure.image_id), alt: figure.alt || figure.id, title: `${figure.id}, seed ${figure.seed}${score}` }) : make('span', { className: 'blank', title: figure.id });
      return make('li', {}, shown, make('small', { textContent: figure.caption || figure.section || figure.id, title: figure.shows }));
    })));
  }
}

async function refresh() {
  const { jobs } = await get(base);
  const root = document.getElementById('jobs');
  for (const [id, view] of views) {
    if (!jobs.some(job => job.id === id)) { view.element.remove(); views.delete(id); }
  }
  for (const [place, job] of jobs.entries()) {
    if (!views.has(job.id)) views.set(job.id, new JobView(job.id));
    const view = views.get(job.id);
    if (root.children[place] !== view.element) root.insertBefore(view.element, root.children[place] ?? null);
    await view.update(job);
  }
  document.getElementById('none').hidden = jobs.length > 0;
  return jobs;
}

async function read(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return { name: file.name, content: btoa(text) };
}

document.getElementById('new-job').addEventListener('submit', event => {
  event.preventDefault();
  const input = document.getElementById('documents');
  if (!input.files.length) { input.focus(); return; }
  attempt(async () => {
    const documents = await Promise.all([...input.files].map(read));
    await send('POST', base, { json: { documents, every: document.getElementById('every').value } });
    input.value = '';
  });
});

const live = document.getElementById('live');
for (;;) {
  let isBusy = false;
  try {
    const jobs = await refresh();
    isBusy = jobs.some(job => job.state === 'running');
    const running = jobs.filter(job => job.state === 'running').length;
    const text = running ? `${plural(running, 'job')} going on` : 'Nothing going on';
    if (live.textContent !== text) live.textContent = text;
    live.classList.remove('lost');
  } catch (error) {
    live.textContent = `Not reachable, trying again: ${error.message}`;
    live.classList.add('lost');
  }
  await delay(document.hidden ? 5000 : isBusy ? 1000 : 3000);
}
