// Calls to the silo: JSON in and out, refusals as exceptions that carry their sentence.
const keyName = 'mmi.key';
const patience = 4;

export class ApiError extends Error {
  constructor(status, error) {
    super(error?.message ?? `The silo answered ${status}.`);
    this.status = status;
    this.code = error?.code ?? '';
  }
}

export const getKey = () => localStorage.getItem(keyName) ?? '';
export const setKey = key => key ? localStorage.setItem(keyName, key) : localStorage.removeItem(keyName);
export const delay = (ms, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, ms);
  signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
});

// One request. What is refused for lack of room is asked again when the silo says so; so only for requests that may be made twice.
export async function send(method, path, { json, body, headers = {}, signal } = {}) {
  const key = getKey();
  const all = { ...headers, ...(key ? { Authorization: `Bearer ${key}` } : {}), ...(json === undefined ? {} : { 'Content-Type': 'application/json' }) };
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(`/v1${path}`, { method, headers: all, body: json === undefined ? body : JSON.stringify(json), signal });
    if (response.ok) return response;
    const error = (await response.json().catch(() => null))?.error;
    if (response.status === 401) document.dispatchEvent(new CustomEvent('key-needed'));
    if ((response.status === 503 || response.status === 429) && attempt < patience) {
      await delay(1000 * Math.min(Number(response.headers.get('Retry-After')) || 1, 10), signal);
      continue;
    }
    throw new ApiError(response.status, error);
  }
}

export const get = async (path, signal) => (await send('GET', path, { signal })).json();
export const post = async (path, json, signal) => (await send('POST', path, { json, signal })).json();
export const upload = async (file, signal) =>
  (await send('POST', '/images', { body: file, headers: { 'Content-Type': file.type || 'application/octet-stream' }, signal })).json();

// Where an image is shown from. With a key its bytes are fetched, since an <img> sends none.
const fetched = new Map();
export async function imageUrl(id) {
  if (!getKey()) return `/v1/images/${id}`;
  if (!fetched.has(id)) fetched.set(id, send('GET', `/images/${id}`).then(r => r.blob()).then(blob => URL.createObjectURL(blob)));
  return fetched.get(id);
}

// Server-sent events from a response.
export async function* readEvents(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop();
      for (const block of blocks) {
        let name = 'message', data = '';
        for (const line of block.split('\n')) {
          if (line.startsWith('event: ')) name = line.slice(7);
          else if (line.startsWith('data: ')) data += line.slice(6);
        }
        if (data) yield { name, data: JSON.parse(data) };
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
