// How answers are generated; kept in this browser.
const name = 'mmi.settings';
const defaults = { temperature: 0, max_tokens: 256, image_first: false, max_images: 4, guidance_scale: 2.5, image_steps: 25, seed: '' };

export class Settings {
  #values = { ...defaults };

  constructor(dialog, opener, reset, onChange) {
    this.onChange = onChange;
    try { Object.assign(this.#values, JSON.parse(localStorage.getItem(name) ?? '{}')); } catch { /* as if none were kept */ }
    this.inputs = [...dialog.querySelectorAll('input[name]')];
    this.#show();
    opener.addEventListener('click', () => dialog.showModal());
    reset.addEventListener('click', () => this.set(defaults));
    dialog.addEventListener('click', e => { if (e.target === dialog) dialog.close(); });
    dialog.addEventListener('input', e => {
      const input = e.target;
      if (input.checkValidity()) this.set({ [input.name]: input.type === 'checkbox' ? input.checked : input.value === '' ? '' : Number(input.value) });
    });
  }

  get imageFirst() {
    return this.#values.image_first;
  }

  set(values) {
    Object.assign(this.#values, values);
    localStorage.setItem(name, JSON.stringify(this.#values));
    this.#show();
  }

  // As the interface wants them.
  get request() {
    const { seed, ...rest } = this.#values;
    if (rest.image_first) rest.max_images = Math.max(rest.max_images, 1);
    return { ...rest, preview_every: Math.max(1, Math.round(rest.image_steps / 8)), ...(seed === '' ? {} : { seed }) };
  }

  #show() {
    for (const input of this.inputs) {
      const value = this.#values[input.name];
      if (input.type === 'checkbox') input.checked = value;
      else if (document.activeElement !== input || input.type === 'range') input.value = value;
      const output = input.parentElement.querySelector('output');
      if (output) output.value = input.value;
    }
    this.onChange?.(this);
  }
}
