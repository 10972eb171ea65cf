/** A request with its answer: 'POST http://10.4.0.7:81/admin/restart → 200 OK'. */
const requestLine = /^([A-Z]+) https?:\/\/[^/\s]+(\/[^\s?]*)?(\?\S*)?( .*)?$/;

/** The last two parts of a path: '…/circuitbreakers/psp'. */
const endOfPath = (path: string): string => {
  const end = /\/[^/]+\/[^/]+$/.exec(path)?.[0] ?? path;
  return `…${end}`;
};

/** 'POST …/admin/restart → 200 OK': a sent request without its address, which the whole card has; any other text as it is. */
export const briefRequest = (text: string): string => {
  const [whole, method, path = '/', query = '', rest = ''] = requestLine.exec(text) ?? [];
  return whole === undefined ? text : `${method} ${endOfPath(path)}${query}${rest}`;
};

const words = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** 'all 4 breakers with name = psp: state = closed'. */
const allOf = /^(all \d+ [\w-]+) with .*: (?:state|status) = (.+)$/;
/** 'health broker status is down', 'breakers bus-0 · psp state is open', 'error.rate is 4 %'. */
const oneOf = /^(.+?)( (?:state|status))? is ([^:]+)$/;

/**
 * The reason of a condition beside its title: 'health broker status is down' is 'down' beside 'The broker is healthy', because the title
 * has the name. Any other reason keeps its name.
 */
export const briefReason = (why: string, title: string): string => {
  const [, group, shared] = allOf.exec(why) ?? [];
  if (group !== undefined) return `${group} ${shared}`;
  const [, subject, state, value] = oneOf.exec(why) ?? [];
  if (subject === undefined || value === undefined) return why;
  const said = new Set(words(title));
  // The kind of an object stands before its name.
  const name = state === undefined ? subject : subject.replace(/^[\w-]+ /, '');
  if (words(name).every((word) => said.has(word))) return value;
  return state === undefined ? why : `${name} ${value}`;
};
