import { get, getKey, imageUrl, post, send, setKey } from './api.js';
import { Composer } from './composer.js';
import { Conversation } from './conversation.js';
import { Looks } from './looks.js';
import { Settings } from './settings.js';
import { icon, make, TurnView } from './thread.js';

const ids = id => document.getElementById(id);
const narrow = matchMedia('(max-width: 48rem)');
const ideas = [
  { text: 'a big red star.', first: true, hint: 'Have a picture painted' },
  { text: 'a small blue circle and a big yellow heart.', first: true, hint: 'Two things in one picture' },
  { text: 'tell a story about Bo.', hint: 'Words and pictures in turn' },
  { upload: true, text: 'Ask about a picture', hint: 'Upload one, then ask away' },
];

let conversation = null;
let views = new Map();
let editing = null; // the turn that is being changed
let older = null; // where the next page of the list begins
let isStuck = true; // to the end of the thread
let noticeTimer = 0;
let spoken = null; // the conversation in which this tab has just said something

// ---- Telling the user -------------------------------------------------------------------------------------------------------

function notice(text) {
  ids('notice').textContent = text;
  ids('notice').hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { ids('notice').hidden = true; }, 7000);
}

const tell = text => { ids('status').textContent = text; };
const guarded = action => async (...args) => { try { await action(...args); } catch (problem) { if (problem.name !== 'AbortError') notice(problem.message); } };

function toEnd(force = false) {
  if (force) isStuck = true;
  if (isStuck) ids('scroll').scrollTop = ids('scroll').scrollHeight;
}

// ---- Showing a conversation -------------------------------------------------------------------------------------------------

const dirty = new Set();
function changed(turn, event) {
  if (dirty.size === 0) requestAnimationFrame(flush);
  dirty.add(turn);
  if (event === 'accepted') tell('Answering.');
  if (event === 'accepted' && spoken === conversation) {
    spoken = null;
    tabs.postMessage(conversation.id);
  }
  if (event === 'image_completed') tell('A picture is finished.');
  if (event === 'completed') tell(`Answer: ${turn.answer.map(part => part.type === 'text' ? part.text : 'a picture').join(', ')}`);
  if (event === 'cancelled') tell('Stopped.');
  if (event === 'failed') tell(turn.message);
}

function flush() {
  for (const turn of dirty) {
    if (conversation?.turns.get(turn.id) !== turn) continue;
    if (!views.has(turn.id)) {
      const view = new TurnView(turn, actions);
      views.set(turn.id, view);
      ids('thread').append(view.element);
    } else {
      views.get(turn.id).update();
    }
  }
  dirty.clear();
  refresh();
  toEnd();
}

function refresh() {
  const isAnswering = Boolean(conversation?.running);
  ids('welcome').hidden = Boolean(conversation && (conversation.turns.size > 0 || conversation.isOpening));
  ids('actions').hidden = !conversation || conversation.turns.size === 0;
  ids('stop').hidden = !isAnswering;
  ids('send').disabled = isAnswering || !composer.isReady;
  ids('picture-first').setAttribute('aria-pressed', String(settings.imageFirst));
  ids('editing').hidden = !editing;
  const first = conversation && [...conversation.turns.values()][0];
  const title = first ? (first.content.find(part => part.type === 'text')?.text ?? 'A picture') : 'New conversation';
  ids('title').textContent = title;
  document.title = first ? `${title} – MmiGrains` : 'MmiGrains';
}

function show(id) {
  conversation?.close();
  looks.hide();
  views = new Map();
  dirty.clear();
  editing = null;
  isStuck = true;
  ids('thread').replaceChildren();
  conversation = id ? new Conversation(id, changed, () => notice('The silo does not answer; trying again.')) : null;
  markCurrent();
  return conversation;
}

async function open(id) {
  const opened = show(id);
  if (opened) opened.isOpening = true;
  refresh();
  if (!opened) return;
  try {
    await opened.follow();
  } catch (problem) {
    if (opened === conversation) {
      notice(problem.message);
      if (problem.status === 404) go('');
    }
  } finally {
    opened.isOpening = false;
    if (opened === conversation) refresh();
  }
}

const current = () => decodeURIComponent(location.hash.replace(/^#\/?/, ''));
function go(id, { silently = false } = {}) {
  const hash = id ? `#/${id}` : '#/';
  if (silently) history.pushState(null, '', hash);
  else if (location.hash === hash || (!id && !location.hash)) open(id);
  else location.hash = hash;
}

// ---- Other tabs and devices --------------------------------------------------------------------------------------------------

// What is said elsewhere in this conversation is read when another tab of this browser tells of it, when the page is looked at again, and now and then.
const betweenLooks = 15_000;
const tabs = new BroadcastChannel('mmi.turns');
const catchUp = async () => {
  const here = conversation;
  if (!here || here.running || here.isReading || here.isOpening || document.visibilityState === 'hidden') return;
  await here.follow().catch(() => {}); // whoever speaks next is told what is wrong
};
tabs.addEventListener('message', e => {
  list().catch(() => {});
  if (e.data === conversation?.id) catchUp();
});
document.addEventListener('visibilitychange', catchUp);
setInterval(catchUp, betweenLooks);

// ---- Saying something -------------------------------------------------------------------------------------------------------

async function say(content, request, before = null) {
  if (!conversation || before) {
    const made = before ? await post(`/sessions/${conversation.id}/fork`, { before_turn: before.id }) : await post('/sessions');
    const past = before ? [...conversation.turns.values()] : [];
    const fork = show(made.id);
    go(made.id, { silently: true });
    if (past.length > 0 && past[0].id !== before.id) await fork.follow();
  }
  const here = conversation;
  refresh();
  const telling = here.say(content, request);
  spoken = here;
  setTimeout(() => { list().catch(() => {}); }, 600);
  await telling;
  await list();
}

const submit = guarded(async () => {
  if (!composer.isReady || conversation?.running) return;
  const [content, before] = [composer.content, editing];
  composer.clear();
  editing = null;
  toEnd(true);
  try {
    await say(content, settings.request, before);
  } catch (problem) {
    if (!composer.isReady) composer.fill(content); // nothing that was written is lost
    throw problem;
  }
});

const actions = {
  edit(turn) {
    editing = turn;
    composer.fill(turn.content);
    refresh();
    ids('text').focus();
  },
  again: guarded(async turn => {
    if (conversation.running) { notice('An answer is being given; stop it first.'); return; }
    toEnd(true);
    await say(turn.content, { ...turn.settings, seed: Math.floor(Math.random() * 2147483647) }, turn);
  }),
  fork: guarded(async turn => {
    const made = await post(`/sessions/${conversation.id}/fork`, turn ? { after_turn: turn.id } : {});
    go(made.id);
    await list();
    notice('You are in a copy now; the other conversation stays as it is.');
  }),
  copy: guarded(async text => {
    await navigator.clipboard.writeText(text);
    notice('Copied.');
  }),
  looks: guarded(async (turn, choice) => {
    await looks.show(conversation.id, turn, choice);
  }),
  show: guarded(async (id, turn = null) => {
    const url = await imageUrl(id);
    Object.assign(ids('light-image'), { src: url, alt: 'The picture, larger' });
    Object.assign(ids('light-save'), { href: url, download: `picture-${id.slice(0, 8)}` });
    ids('light-ask').onclick = () => { ids('light').close(); composer.addStored(id); ids('text').focus(); };
    ids('light-looks').hidden = !turn || turn.state === 'running';
    ids('light-looks').onclick = () => { ids('light').close(); actions.looks(turn, { image: id }); };
    ids('light').showModal();
  }),
};

const exportAs = format => guarded(async () => {
  const blob = await (await send('GET', `/sessions/${conversation.id}/export?format=${format}`)).blob();
  const link = make('a', { href: URL.createObjectURL(blob), download: `${conversation.id}.${format}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});

// ---- The list ---------------------------------------------------------------------------------------------------------------

const day = time => {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(time).setHours(0, 0, 0, 0)) / 86_400_000);
  return days <= 0 ? 'Today' : days === 1 ? 'Yesterday' : days < 7 ? 'This week' : days < 31 ? 'This month' : 'Earlier';
};

let listed = [];
async function list(more = false) {
  const page = await get(`/sessions?limit=40${more && older ? `&before=${encodeURIComponent(older)}` : ''}`);
  listed = more ? [...listed, ...page.sessions] : page.sessions;
  older = page.next ?? null;
  ids('more').hidden = !older;
  const items = [];
  let last = '';
  for (const session of listed.filter(one => one.title || one.id === conversation?.id)) {
    const when = day(session.time);
    if (when !== last) items.push(make('li', { className: 'day', textContent: last = when }));
    const clock = new Date(session.time).toLocaleString([], when === 'Today' || when === 'Yesterday' ? { timeStyle: 'short' } : { day: 'numeric', month: 'short' });
    const link = make('a', { href: `#/${session.id}` }, make('span', { className: 'name', textContent: session.title || 'Nothing said yet' }), make('time', { dateTime: session.time, textContent: clock }));
    link.dataset.id = session.id;
    items.push(make('li', {}, link));
  }
  ids('sessions').replaceChildren(...(items.length ? items : [make('li', { className: 'none', textContent: 'Your conversations will be listed here.' })]));
  markCurrent();
}

function markCurrent() {
  for (const link of ids('sessions').querySelectorAll('a')) {
    if (link.dataset.id === conversation?.id) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

function drawer(isOpen) {
  ids('sidebar').classList.toggle('open', isOpen);
  ids('open-sidebar').setAttribute('aria-expanded', String(isOpen));
  ids('main').inert = isOpen && narrow.matches;
  if (isOpen) ids('close-sidebar').focus();
  else if (narrow.matches) ids('open-sidebar').focus();
}

// ---- Wiring -----------------------------------------------------------------------------------------------------------------

const composer = new Composer(
  { text: ids('text'), files: ids('files'), attach: ids('attach'), attachments: ids('attachments'), drop: ids('drop') },
  { onChange: () => refresh(), onProblem: notice });
const settings = new Settings(ids('settings'), ids('open-settings'), ids('reset-settings'), it => ids('picture-first').setAttribute('aria-pressed', String(it.imageFirst)));

const looks = new Looks({
  panel: ids('looks'), close: ids('close-looks'), words: ids('looks-words'), state: ids('looks-state'), images: ids('looks-images'), rest: ids('looks-rest'),
});

ids('ideas').append(...ideas.map(idea => make('li', {}, make('button', {
  type: 'button',
  onclick: () => {
    if (idea.upload) { ids('files').click(); return; }
    composer.fill([{ type: 'text', text: idea.text }]);
    settings.set({ image_first: Boolean(idea.first) });
    submit();
  },
}, idea.text, make('small', { textContent: idea.hint })))));

ids('composer').addEventListener('submit', e => { e.preventDefault(); submit(); });
ids('text').addEventListener('keydown', e => {
  if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); submit(); }
});
addEventListener('keydown', e => {
  if (e.key !== 'Escape' || document.querySelector('dialog[open]')) return;
  if (ids('sidebar').classList.contains('open')) drawer(false);
  else if (conversation?.running) ids('stop').click();
});
ids('stop').addEventListener('click', guarded(async () => { await conversation?.stop(); ids('text').focus(); }));
ids('stop-editing').addEventListener('click', () => { editing = null; composer.clear(); ids('text').focus(); });
ids('picture-first').addEventListener('click', () => settings.set({ image_first: !settings.imageFirst }));
ids('new').addEventListener('click', () => { drawer(false); composer.clear(); go(''); ids('text').focus(); });
ids('more').addEventListener('click', guarded(() => list(true)));
ids('fork').addEventListener('click', () => actions.fork(null));
ids('export-html').addEventListener('click', exportAs('html'));
ids('export-json').addEventListener('click', exportAs('json'));
ids('delete').addEventListener('click', () => { ids('confirm').returnValue = ''; ids('confirm').showModal(); });
ids('confirm').addEventListener('close', guarded(async () => {
  if (ids('confirm').returnValue !== 'delete') return;
  await send('DELETE', `/sessions/${conversation.id}`);
  go('');
  await list();
}));
ids('open-sidebar').addEventListener('click', () => drawer(true));
ids('close-sidebar').addEventListener('click', () => drawer(false));
ids('shade').addEventListener('click', () => drawer(false));
ids('sessions').addEventListener('click', e => { if (e.target.closest('a') && narrow.matches) drawer(false); });
ids('light').addEventListener('click', e => { if (e.target === ids('light')) ids('light').close(); });
ids('scroll').addEventListener('scroll', () => {
  const scroll = ids('scroll');
  isStuck = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  ids('to-end').hidden = isStuck;
}, { passive: true });
new ResizeObserver(() => toEnd()).observe(ids('scroll'));
ids('to-end').addEventListener('click', () => toEnd(true));
ids('thread').addEventListener('load', () => toEnd(), true); // a picture has its size only now

const askKey = why => {
  if (ids('key-dialog').open) return;
  if (why) ids('key-why').textContent = why;
  ids('key').value = getKey();
  ids('key-dialog').returnValue = '';
  ids('key-dialog').showModal();
};
ids('key-button').addEventListener('click', () => askKey());
document.addEventListener('key-needed', () => askKey('This silo wants an API key. It stays in this browser and is sent with every request.'));
ids('key-dialog').addEventListener('close', () => {
  if (ids('key-dialog').returnValue !== 'save') return;
  setKey(ids('key').value.trim());
  location.reload();
});

addEventListener('hashchange', () => { if (current() !== (conversation?.id ?? '')) open(current()); });
guarded(() => list())();
open(current());
ids('text').focus();
