// A conversation as its events tell it. The stream can be lost at any time; it goes on after the last event that is known.
import { ApiError, delay, post, readEvents, send } from './api.js';

export class Conversation {
  turns = new Map();
  last = 0;
  #abort = new AbortController();

  constructor(id, onChange, onTrouble) {
    this.id = id;
    this.onChange = onChange;
    this.onTrouble = onTrouble;
  }

  get running() {
    return [...this.turns.values()].find(turn => turn.state === 'running');
  }

  close() {
    this.#abort.abort();
  }

  // Reads what was said, and goes on reading while an answer is given.
  async follow() {
    await this.#read(null);
  }

  // Says something. The key makes it one turn, however often it is sent.
  async say(content, settings) {
    const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    const signal = this.#abort.signal;
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await send('POST', `/sessions/${this.id}/turns`, { json: { content, settings }, headers: { 'Idempotency-Key': key }, signal });
        await this.#read(response);
        return;
      } catch (problem) {
        if (signal.aborted) return;
        if (problem instanceof ApiError || attempt > 5) throw problem;
        await delay(500 * attempt, signal); // the connection broke; the same key is the same turn
      }
    }
  }

  async stop() {
    if (this.running) await post(`/sessions/${this.id}/turns/${this.running.id}/cancel`);
  }

  // Whether somebody is told of this conversation already.
  isReading = false;

  async #read(response) {
    this.isReading = true;
    try {
      await this.#readOn(response);
    } finally {
      this.isReading = false;
    }
  }

  async #readOn(response) {
    const signal = this.#abort.signal;
    let pause = 300;
    for (;;) {
      try {
        response ??= await send('GET', `/sessions/${this.id}/events`, { headers: { 'Last-Event-ID': String(this.last) }, signal });
        for await (const { name, data } of readEvents(response)) {
          if (signal.aborted) return;
          if (name === 'end' && !this.running) return;
          if (name === 'end' || name === 'error' || name === 'resume') break;
          this.#apply(name, data);
          pause = 300;
        }
      } catch (problem) {
        if (signal.aborted) return;
        if (problem instanceof ApiError && problem.status < 500) throw problem;
      }
      if (signal.aborted) return;
      response = null;
      if (pause > 1000) this.onTrouble();
      await delay(pause, signal).catch(() => {});
      pause = Math.min(pause * 2, 5000);
    }
  }

  #apply(name, data) {
    if (name !== 'image_progress') {
      if (data.sequence <= this.last) return;
      this.last = data.sequence;
    }
    if (name === 'accepted') {
      this.turns.set(data.turn_id, { id: data.turn_id, content: data.content, settings: data.settings, time: data.time, answer: [], state: 'running' });
    }
    const turn = this.turns.get(data.turn_id);
    if (!turn) return;
    const part = turn.answer.at(-1);
    switch (name) {
      case 'text':
        if (!data.text) break;
        if (part?.type === 'text') part.text += data.text;
        else turn.answer.push({ type: 'text', text: data.text });
        break;
      case 'image_started':
        turn.answer.push({ type: 'image', step: 0, steps: turn.settings.image_steps });
        break;
      case 'image_progress': {
        const image = turn.answer.findLast(one => one.type === 'image' && !one.image_id);
        if (image) Object.assign(image, { step: data.step, steps: data.steps }, data.preview ? { preview: data.preview } : {});
        break;
      }
      case 'image_completed': {
        const image = turn.answer.findLast(one => one.type === 'image' && !one.image_id);
        if (image) image.image_id = data.image_id;
        else turn.answer.push({ type: 'image', image_id: data.image_id });
        break;
      }
      case 'completed': Object.assign(turn, { state: 'completed', reason: data.reason, usage: data.usage }); break;
      case 'cancelled': turn.state = 'cancelled'; break;
      case 'failed': Object.assign(turn, { state: 'failed', message: data.message }); break;
    }
    this.onChange(turn, name);
  }
}
