// Shows turns. Every element is made once and changed in place, so that focus, selection and pictures stay where they are.
import { imageUrl } from './api.js';
import { placeAt } from './looks.js';

export const make = (tag, props = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children.filter(Boolean));
  return element;
};

export const icon = name => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
};

const button = (name, label, onclick, className = '') => make('button', { type: 'button', className, onclick }, icon(name), label);
const plural = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;

export class TurnView {
  #parts = [];

  constructor(turn, actions) {
    this.turn = turn;
    this.actions = actions;
    this.answer = make('div', { className: 'answer' });
    this.waiting = make('span', { className: 'waiting', ariaLabel: 'Waiting for the answer' }, make('i'), make('i'), make('i'));
    this.waiting.setAttribute('role', 'img');
    this.meta = make('div', { className: 'meta' });
    this.element = make('li', { className: 'turn' }, this.#said(), make('section', { ariaLabel: 'Answer' }, this.answer, this.meta));
    this.element.dataset.turn = turn.id;
    this.update();
  }

  update() {
    const { turn } = this;
    this.element.dataset.state = turn.state;
    turn.answer.forEach((part, index) => {
      const view = this.#parts[index] ??= this.#add(part);
      view.update(part, turn.state);
    });
    const speaks = turn.state === 'running' && turn.answer.at(-1)?.type !== 'text' && !(turn.answer.at(-1) && !turn.answer.at(-1).image_id);
    if (speaks) this.answer.append(this.waiting);
    else this.waiting.remove();
    if (turn.state !== 'running' && !this.meta.childElementCount) this.#finish();
  }

  #add(part) {
    const index = this.#parts.length;
    const view = part.type === 'text' ? textView(at => this.turn.state !== 'running' && this.actions.looks(this.turn, { part: index, at })) : pictureView(this.turn, this.actions);
    this.waiting.remove();
    this.answer.append(view.element);
    return view;
  }

  #said() {
    const { turn, actions } = this;
    const pictures = turn.content.filter(part => part.type === 'image');
    const bubble = make('div', { className: 'bubble' },
      pictures.length > 0 && make('div', { className: 'pictures' }, ...pictures.map(part => storedPicture(part.image_id, 'Your picture', actions))),
      ...turn.content.filter(part => part.type === 'text').map(part => make('p', { textContent: part.text })));
    const edit = button('edit', 'Change', () => actions.edit(turn), 'edit');
    edit.title = 'Change this message and go on from here in a copy';
    return make('section', { className: 'said', ariaLabel: 'You said' }, bubble, edit);
  }

  #finish() {
    const { turn, actions } = this;
    const facts = [];
    if (turn.usage?.completion_tokens) facts.push(plural(turn.usage.completion_tokens, 'token'));
    if (turn.usage?.images) facts.push(plural(turn.usage.images, 'picture'));
    if (turn.state === 'cancelled') facts.push('stopped');
    if (turn.reason === 'length') facts.push('cut at its limit');
    if (turn.settings.seed !== undefined) facts.push(`seed ${turn.settings.seed}`);
    const cost = turn.usage ? `${plural(turn.usage.prompt_tokens, 'token')} before it, ${turn.usage.cached_tokens} of them still in memory` : '';
    const text = turn.answer.filter(part => part.type === 'text').map(part => part.text).join('\n').trim();
    if (turn.state === 'failed') this.meta.append(make('span', { className: 'facts failure', textContent: turn.message }));
    const again = button('again', 'Another seed', () => actions.again(turn));
    again.title = `Answer again in a copy${turn.settings.temperature === 0 ? '; at temperature 0 only pictures change' : ''}`;
    this.meta.append(make('span', { className: 'facts', title: cost, textContent: facts.join(' · ') }), again, button('fork', 'Fork here', () => actions.fork(turn)));
    if (turn.answer.some(part => part.type === 'text' || part.image_id)) {
      const looked = button('look', 'What it looked at', () => actions.looks(turn));
      looked.title = 'Where in which pictures the model looked for each word and picture of this answer';
      this.meta.append(looked);
    }
    if (text) this.meta.append(button('copy', 'Copy', () => actions.copy(text)));
  }
}

const textView = onWord => {
  const element = make('p', { title: 'Choose a word to see what the model looked at for it' });
  element.addEventListener('click', e => {
    const at = placeAt(e, element);
    if (at !== null) onWord(at);
  });
  return { element, update: part => { if (element.textContent !== part.text) element.textContent = part.text; } };
};

function storedPicture(id, alt, actions) {
  const image = make('img', { alt, loading: 'lazy' });
  imageUrl(id).then(url => { image.src = url; });
  return make('button', { type: 'button', className: 'picture', ariaLabel: `${alt}: show it larger`, onclick: () => actions.show(id) }, image);
}

// A picture that grows: first nothing, then previews that come into focus, then the stored one.
function pictureView(turn, actions) {
  const bar = make('span');
  const progress = make('div', { className: 'progress' }, bar);
  const image = make('img', { alt: 'A picture that is being painted', hidden: true });
  const element = make('button', { type: 'button', className: 'picture growing', disabled: true, ariaLabel: 'A picture that is being painted' }, image, progress);
  let shown = '';
  const show = (url, done) => {
    image.src = url;
    image.hidden = false;
    if (done) image.alt = 'Painted picture';
  };
  return {
    element,
    update(part, state) {
      const share = part.steps ? part.step / part.steps : 0;
      if (part.image_id && shown !== part.image_id) {
        shown = part.image_id;
        element.className = 'picture';
        element.disabled = false;
        element.ariaLabel = 'Painted picture: show it larger';
        element.onclick = () => actions.show(part.image_id, turn);
        progress.remove();
        image.style.filter = '';
        imageUrl(part.image_id).then(url => show(url, true));
      } else if (!part.image_id) {
        bar.style.width = `${Math.round(share * 100)}%`;
        element.title = part.steps ? `Step ${part.step} of ${part.steps}` : '';
        image.style.filter = `blur(${((1 - share) * 9).toFixed(1)}px)`;
        if (part.preview && shown !== part.preview) {
          shown = part.preview;
          show(`data:image/png;base64,${part.preview}`, false);
        }
        if (state !== 'running') {
          element.className = 'picture';
          element.ariaLabel = image.alt = 'A picture that was not finished';
          progress.remove();
        }
      }
    },
  };
}
