// What the model looked at: the answer's words and pictures to choose from, and over each source picture the points that were sampled.
import { get, imageUrl } from './api.js';
import { make } from './thread.js';

const colours = ['#ffd166', '#5ad1ff', '#ff7ab6', '#8dff9c']; // by level, the finest first
const percent = share => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
const isCalm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

// Words with their places in a text; what is between them belongs to none.
export const wordsOf = text => [...text.matchAll(/[\p{L}\p{N}'’-]+|[^\s\p{L}\p{N}]/gu)].map(match => ({ text: match[0], start: match.index, end: match.index + match[0].length }));

export class Looks {
  #turn = null;
  #chosen = null;
  #asked = 0;
  #known = new Map(); // an ended answer never changes

  constructor(elements) {
    Object.assign(this, elements); // panel, close, words, state, images, rest
    this.close.addEventListener('click', () => this.hide());
    this.panel.addEventListener('keydown', e => {
      if (e.key === 'Escape') { e.stopPropagation(); this.hide(); }
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
      if (!step || !this.words.contains(document.activeElement)) return;
      e.preventDefault();
      const all = [...this.words.querySelectorAll('button')];
      const next = all[all.indexOf(document.activeElement) + step];
      next?.focus();
      if (next?.classList.contains('word')) next.click();
    });
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  hide() {
    if (!this.isOpen) return;
    this.panel.hidden = true;
    document.body.classList.remove('looking');
    this.#asked++;
    CSS.highlights?.delete('looked');
    if (this.panel.contains(document.activeElement) || document.activeElement === document.body) this.opener?.focus();
  }

  // Shows an answer, and what was looked at for one of its words or pictures: the given one, else the first word.
  async show(session, turn, choice = null) {
    this.opener = document.activeElement;
    const isNew = this.#turn !== turn || !this.isOpen;
    this.#turn = turn;
    this.session = session;
    this.panel.hidden = false;
    document.body.classList.add('looking');
    if (isNew) this.#list();
    const first = this.words.querySelector('button');
    const wanted = choice ? [...this.words.querySelectorAll('button')].find(button => matches(button.choice, choice)) : first;
    if (isNew) this.close.focus({ preventScroll: true });
    if (wanted) await this.#choose(wanted);
    else this.#tell('The answer has no words.');
  }

  #list() {
    const children = [];
    this.#turn.answer.forEach((part, index) => {
      if (part.type === 'text') {
        let end = 0;
        for (const word of wordsOf(part.text)) {
          if (word.start > end) children.push(' ');
          end = word.end;
          children.push(this.#button({ part: index, start: word.start, end: word.end }, 'word', word.text));
        }
      } else if (part.image_id) {
        const image = make('img', { alt: '' });
        imageUrl(part.image_id).then(url => { image.src = url; });
        const picture = this.#button({ image: part.image_id }, 'painted', image);
        picture.ariaLabel = 'The painted picture: choose a place in it, or press Enter for all of it';
        children.push(picture);
      }
    });
    this.words.replaceChildren(...children);
  }

  #button(choice, className, content) {
    const button = make('button', { type: 'button', className }, content);
    button.choice = choice;
    button.ariaPressed = 'false';
    button.addEventListener('click', e => {
      if (choice.image) {
        const box = button.getBoundingClientRect();
        const isPlace = e.detail > 0 && box.width > 0; // a pointer, not a key
        button.choice = isPlace
          ? { image: choice.image, x: (e.clientX - box.left) / box.width, y: (e.clientY - box.top) / box.height } : { image: choice.image };
      }
      this.#choose(button);
    });
    return button;
  }

  async #choose(button) {
    for (const other of this.words.querySelectorAll('[aria-pressed="true"]')) other.ariaPressed = 'false';
    button.ariaPressed = 'true';
    this.#mark(button);
    const number = ++this.#asked;
    this.#chosen = button.choice;
    this.panel.dataset.state = 'busy';
    this.#tell(button.choice.image ? 'The picture is painted once more …' : 'The answer is read once more …');
    try {
      const look = await this.#ask(button.choice);
      if (number !== this.#asked) return;
      this.panel.dataset.state = 'shown';
      await this.#draw(look);
    } catch (problem) {
      if (number !== this.#asked) return;
      this.panel.dataset.state = 'failed';
      this.images.replaceChildren();
      this.#tell(problem.message);
    }
  }

  async #ask(choice) {
    const query = new URLSearchParams(Object.entries(choice).map(([name, value]) => [name, typeof value === 'number' && name.length === 1 ? value.toFixed(3) : value]));
    const path = `/sessions/${this.session}/turns/${this.#turn.id}/looked-at?${query}`;
    if (!this.#known.has(path)) this.#known.set(path, get(path).catch(problem => { this.#known.delete(path); throw problem; }));
    return this.#known.get(path);
  }

  // The chosen word is marked in the conversation too.
  #mark(button) {
    CSS.highlights?.delete('looked');
    this.words.querySelectorAll('.cross').forEach(cross => cross.remove());
    const { part, start, end, x, y } = button.choice;
    if (x !== undefined) {
      const cross = make('i', { className: 'cross' });
      Object.assign(cross.style, { left: `${x * 100}%`, top: `${y * 100}%` });
      button.append(cross);
    }
    const text = document.querySelector(`.turn[data-turn="${this.#turn.id}"]`)?.querySelectorAll('.answer > *')[part]?.firstChild;
    if (part === undefined || !text || !window.Highlight || text.nodeType !== Node.TEXT_NODE) return;
    const range = new Range();
    range.setStart(text, start);
    range.setEnd(text, Math.min(end, text.length));
    CSS.highlights.set('looked', new Highlight(range));
  }

  #tell(text) {
    this.state.textContent = text;
  }

  async #draw(look) {
    const seen = look.images.reduce((sum, image) => sum + image.share, 0);
    this.#tell(look.images.length === 0
      ? 'There was no picture before this that the model could look at.'
      : look.text !== undefined
        ? `For “${look.text.trim() || look.text}” ${percent(seen)} of its looking went to ${look.images.length === 1 ? 'the picture' : 'the pictures'}.`
        : `${this.#chosen.x === undefined ? 'For the whole picture' : 'For this place of the picture'} ${percent(seen)} of its looking went to what came before.`);
    const heaviest = Math.max(...look.images.flatMap(image => image.points.map(point => point.weight)), 1e-9);
    const figures = await Promise.all(look.images.map((image, index) => this.#figure(image, index, look, heaviest)));
    this.images.replaceChildren(...figures);
    const rest = [['to no picture', look.nothing], ['beyond an edge', look.outside]].filter(([, share]) => share >= 0.001).map(([where, share]) => `${percent(share)} ${where}`);
    this.rest.replaceChildren(
      ...look.levels.map((side, level) => {
        const dot = make('i');
        dot.style.background = colours[level % colours.length];
        return make('li', {}, dot, `${side} × ${side}`);
      }),
      ...(rest.length ? [make('li', { textContent: rest.join(', ') })] : []));
  }

  async #figure(image, index, look, heaviest) {
    const picture = make('img', { alt: `Picture ${index + 1} of ${look.images.length}` });
    picture.src = await imageUrl(image.image_id);
    await picture.decode().catch(() => {});
    const canvas = make('canvas');
    canvas.role = 'img';
    canvas.ariaLabel = `Picture ${index + 1}: ${percent(image.share)} of the looking, ${image.points.length} points`;
    canvas.dataset.points = image.points.length;
    paint(canvas, picture, image.points, look.levels, heaviest);
    const bar = make('span');
    bar.style.width = `${Math.min(image.share * 100, 100)}%`;
    return make('li', {}, make('div', { className: 'lens' }, canvas), make('div', { className: 'share' }, make('div', { className: 'bar' }, bar), make('span', { textContent: percent(image.share) })));
  }
}

const matches = (one, other) => other.image ? one.image === other.image : one.part === other.part && one.start <= other.at && other.at < one.end;

// The picture in the dark, lit where it was looked at; then the points themselves, larger the heavier they are.
function paint(canvas, picture, points, levels, heaviest) {
  const [wide, high] = [picture.naturalWidth || 1, picture.naturalHeight || 1];
  const scale = 640 / Math.max(wide, high);
  const [width, height] = [canvas.width = Math.round(wide * scale), canvas.height = Math.round(high * scale)];
  const short = Math.min(width, height);
  const light = new OffscreenCanvas(width, height);
  const beam = light.getContext('2d');
  for (const { x, y, level, weight } of points) {
    const radius = short * (0.05 + 1.1 / (levels[level] ?? 16));
    const glow = beam.createRadialGradient(x * width, y * height, 0, x * width, y * height, radius);
    glow.addColorStop(0, `rgb(0 0 0 / ${Math.min(0.04 + 0.9 * weight / heaviest, 1)})`);
    glow.addColorStop(1, 'rgb(0 0 0 / 0)');
    beam.fillStyle = glow;
    beam.fillRect(x * width - radius, y * height - radius, 2 * radius, 2 * radius);
  }
  beam.globalCompositeOperation = 'source-in';
  beam.drawImage(picture, 0, 0, width, height);

  const to = canvas.getContext('2d');
  const dots = points.filter(point => point.weight > heaviest / 300).reverse(); // the heaviest on top
  const draw = progress => {
    to.clearRect(0, 0, width, height);
    to.filter = 'grayscale(0.75)';
    to.drawImage(picture, 0, 0, width, height);
    to.filter = 'none';
    to.fillStyle = `rgb(12 14 24 / ${0.66 * progress})`;
    to.fillRect(0, 0, width, height);
    to.globalAlpha = progress;
    to.drawImage(light, 0, 0);
    for (const { x, y, level, weight } of dots) {
      const size = (1.6 + 11 * Math.sqrt(weight / heaviest)) * (short / 640) * (0.4 + 0.6 * progress);
      to.beginPath();
      to.arc(x * width, y * height, size, 0, 2 * Math.PI);
      to.globalAlpha = progress * (0.35 + 0.6 * Math.sqrt(weight / heaviest));
      to.fillStyle = colours[level % colours.length];
      to.fill();
      to.globalAlpha = progress * 0.7;
      to.lineWidth = 1.2 * short / 640;
      to.strokeStyle = 'rgb(10 12 22 / 85%)';
      to.stroke();
    }
    to.globalAlpha = 1;
  };
  if (isCalm()) { draw(1); return; }
  const began = performance.now();
  const frame = now => {
    const progress = Math.min((now - began) / 280, 1);
    draw(1 - (1 - progress) ** 3);
    if (progress < 1) requestAnimationFrame(frame);
  };
  draw(0);
  requestAnimationFrame(frame);
}

// The place in an answer's text where a pointer is; null where it is beside the letters.
export function placeAt(event, element) {
  const caret = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  const range = caret ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY); // Safari
  const [node, at] = caret ? [caret.offsetNode, caret.offset] : [range?.startContainer, range?.startOffset];
  if (!node || node.parentElement !== element || String(getSelection())) return null; // who selects text does not ask
  const word = wordsOf(element.textContent).find(one => one.start <= at && at <= one.end);
  return word ? word.start : null;
}
