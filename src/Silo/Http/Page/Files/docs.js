// The reference, drawn from the silo's own OpenAPI document: nothing is fetched from elsewhere.
const make = (tag, props = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children.filter(Boolean));
  return element;
};

const api = await (await fetch('/openapi.json')).json();
const named = reference => api.components.schemas[reference.split('/').at(-1)];
const resolved = schema => schema?.$ref ? named(schema.$ref) : schema;

// A schema's type in a few words.
function typeOf(schema) {
  if (!schema) return '';
  if (schema.$ref) return schema.$ref.split('/').at(-1).replace(/Body$/, '');
  const one = (schema.oneOf ?? schema.anyOf)?.filter(part => part.type !== 'null');
  if (one) return one.map(typeOf).join(' or ');
  const type = [schema.type].flat().filter(name => name && name !== 'null').join(' or ');
  if (type === 'array') return `list of ${typeOf(schema.items) || 'anything'}`;
  return schema.format === 'date-time' ? 'time' : schema.format === 'byte' || schema.format === 'binary' ? 'bytes' : type || 'anything';
}

// The fields of an object, those of inner objects below it.
function fields(schema, depth = 0, seen = []) {
  const whole = resolved(schema);
  const inner = part => {
    const bare = part.type === 'array' || [part.type].flat().includes('array') ? part.items ?? {} : part;
    return (bare.oneOf ?? bare.anyOf)?.find(one => one.$ref) ?? bare;
  };
  return Object.entries(whole?.properties ?? {}).flatMap(([name, part]) => {
    const row = make('tr', {},
      make('td', {}, make('code', { textContent: name })),
      make('td', { textContent: typeOf(part) }),
      make('td', { textContent: `${part.description ?? resolved(part)?.description ?? ''}${whole.required?.includes(name) ? ' (required)' : ''}`.trim() }));
    row.firstChild.style.paddingLeft = `${depth * 1.4}rem`;
    const below = inner(part);
    const key = below.$ref ?? '';
    return [row, ...(depth < 3 && !seen.includes(key) ? fields(below, depth + 1, key ? [...seen, key] : seen) : [])];
  });
}

function table(caption, rows) {
  if (!rows.length) return null;
  return make('div', { className: 'wrap' }, make('table', {}, make('caption', { textContent: caption }), make('tbody', {}, ...rows)));
}

function body(content, caption) {
  if (!content) return [];
  const types = Object.keys(content);
  const schema = content[types[0]]?.schema;
  const rows = fields([schema?.type].flat().includes('array') ? schema.items : schema);
  return [make('p', { className: 'kind', textContent: `${caption}: ${types.join(', ')}` }), table(caption, rows)];
}

function operation(path, method, what) {
  const parameters = (what.parameters ?? []).map(parameter => make('tr', {},
    make('td', {}, make('code', { textContent: parameter.name })),
    make('td', { textContent: `${typeOf(parameter.schema)} in the ${parameter.in}` }),
    make('td', { textContent: parameter.description ?? '' })));
  const [status, answer] = Object.entries(what.responses ?? {}).find(([code]) => code.startsWith('2')) ?? [];
  const details = make('details', { className: 'operation', id: `${method}${path}` },
    make('summary', {}, make('b', { className: `method ${method}`, textContent: method.toUpperCase() }), make('code', { textContent: path }), make('span', { textContent: what.summary ?? '' })),
    what.description && make('p', { textContent: what.description }),
    table('Parameters', parameters), ...body(what.requestBody?.content, 'Body'), ...body(answer?.content, `Answer ${status}`));
  return details;
}

document.getElementById('about').textContent = api.info.description;
const groups = new Map();
for (const [path, methods] of Object.entries(api.paths)) {
  for (const [method, what] of Object.entries(methods)) {
    const name = what.tags?.[0] ?? 'Other';
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(operation(path, method, what));
  }
}
document.getElementById('groups').append(...[...groups].map(([name, operations]) => make('section', { ariaLabel: name }, make('h2', { textContent: name }), ...operations)));
const wanted = decodeURIComponent(location.hash.slice(1));
if (wanted) { const found = document.getElementById(wanted); if (found) { found.open = true; found.scrollIntoView(); } }
addEventListener('toggle', e => { if (e.target.open) history.replaceState(null, '', `#${e.target.id}`); }, true);
