// What is about to be said: text, and pictures, which are uploaded as soon as they are here.
import { imageUrl, upload } from './api.js';
import { icon, make } from './thread.js';

const mostPictures = 8;

export class Composer {
  #pictures = [];
  #onChange;

  constructor(elements, { onChange, onProblem }) {
    Object.assign(this, elements);
    this.#onChange = onChange;
    this.onProblem = onProblem;
    this.text.addEventListener('input', () => this.#changed());
    this.files.addEventListener('change', () => { this.add([...this.files.files]); this.files.value = ''; });
    this.attach.addEventListener('click', () => this.files.click());
    this.text.addEventListener('paste', e => {
      const files = [...(e.clipboardData?.files ?? [])].filter(file => file.type.startsWith('image/'));
      if (files.length) { e.preventDefault(); this.add(files); }
    });
    let depth = 0;
    const hasFiles = e => e.dataTransfer?.types.includes('Files');
    addEventListener('dragenter', e => { if (hasFiles(e)) { depth++; this.drop.classList.add('on'); } });
    addEventListener('dragleave', e => { if (hasFiles(e) && --depth <= 0) { depth = 0; this.drop.classList.remove('on'); } });
    addEventListener('dragover', e => { if (hasFiles(e)) e.preventDefault(); });
    addEventListener('drop', e => {
      if (!hasFiles(e)) return;
      e.preventDefault();
      depth = 0;
      this.drop.classList.remove('on');
      this.add([...e.dataTransfer.files]);
    });
  }

  get isReady() {
    return (this.text.value.trim() !== '' || this.#pictures.length > 0) && this.#pictures.every(picture => picture.id);
  }

  get content() {
    const text = this.text.value.trim();
    return [...this.#pictures.map(picture => ({ type: 'image', image_id: picture.id })), ...(text ? [{ type: 'text', text }] : [])];
  }

  clear() {
    this.fill([]);
  }

  fill(content) {
    this.#pictures.forEach(picture => picture.url && URL.revokeObjectURL(picture.url));
    this.#pictures = [];
    this.text.value = content.filter(part => part.type === 'text').map(part => part.text).join('\n');
    content.filter(part => part.type === 'image').forEach(part => this.addStored(part.image_id));
    this.#changed();
  }

  addStored(id) {
    const picture = { id, name: 'A picture of this conversation' };
    this.#pictures.push(picture);
    imageUrl(id).then(url => { picture.shown = url; this.#changed(); });
    this.#changed();
  }

  add(files) {
    for (const file of files) {
      if (this.#pictures.length >= mostPictures) {
        this.onProblem(`A message may have ${mostPictures} pictures; it has ${this.#pictures.length}.`);
        return;
      }
      const picture = { name: file.name, url: URL.createObjectURL(file) };
      this.#pictures.push(picture);
      upload(file).then(image => { picture.id = image.id; this.#changed(); }, problem => {
        this.#remove(picture);
        this.onProblem(`${file.name}: ${problem.message}`);
      });
    }
    this.#changed();
    this.text.focus();
  }

  #remove(picture) {
    this.#pictures = this.#pictures.filter(one => one !== picture);
    if (picture.url) URL.revokeObjectURL(picture.url);
    this.#changed();
  }

  #changed() {
    this.attachments.replaceChildren(...this.#pictures.map(picture => {
      picture.element ??= make('li', {}, make('img', { alt: picture.name }), make('button', { type: 'button', ariaLabel: `Remove ${picture.name}`, onclick: () => { this.#remove(picture); this.text.focus(); } }, icon('close')));
      picture.element.className = picture.id ? '' : 'busy';
      const image = picture.element.firstChild;
      const url = picture.url ?? picture.shown;
      if (url && image.getAttribute('src') !== url) image.src = url;
      return picture.element;
    }));
    if (!CSS.supports('field-sizing', 'content')) {
      this.text.style.height = 'auto';
      this.text.style.height = `${this.text.scrollHeight}px`;
    }
    this.#onChange();
  }
}
