import type { Expression, Node } from 'oxc-parser';

/** Names of members that say nothing about a value: `run.id` is a run, `error.message` an error. */
const plainMembers = new Set(
  'id name text title length size message value label key at word words url path seconds ms'.split(' '),
);

/** `nodeName` as people read it: `node name`. */
const spaced = (name: string): string =>
  name
    .replace(/^#/, '')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase();

/** Readable names of values whose names in the source are no nouns: `{why}` is a reason. */
const nouns: Readonly<Record<string, string>> = {
  why: 'reason',
  who: 'user',
  by: 'user',
  where: 'place',
  when: 'time',
  at: 'time',
  since: 'time',
  'to isostring': 'time',
  is: 'value',
  was: 'earlier value',
  saw: 'observed value',
  shown: 'value',
  text: 'value',
  input: 'value',
  given: 'value',
  written: 'value',
  what: 'object',
  words: 'text',
  own: 'name',
  to: 'target',
  of: 'target',
  cockpit: 'key',
  'parts problem': 'problem',
  'profile errors': 'errors',
  buffer: 'size',
  strange: 'name',
  named: 'name',
};

/** `{age ms}` is a duration, `{size bytes}` a size: people read both with their unit. */
const readable = (name: string): string => {
  const noun = nouns[name];
  if (noun !== undefined) return noun;
  if (/(?:^| )(?:ms|seconds|minutes)$/.test(name)) return 'duration';
  if (/^(?:max|most|least|longest|largest|deepest)(?: |$)/.test(name)) return 'limit';
  return /(?:^| )bytes$/.test(name) ? 'size' : name;
};

/** The name of a value: `{run.id}` is a run, `{shown(token)}` a token. */
const nameOf = (node: Node): string => {
  switch (node.type) {
    case 'Identifier':
    case 'PrivateIdentifier':
      return node.name;
    case 'MemberExpression': {
      if (node.property.type === 'Literal') return nameOf(node.object);
      const member = node.computed ? nameOf(node.object) : nameOf(node.property);
      const owner = node.object.type === 'ThisExpression' ? '' : nameOf(node.object);
      if (node.computed || owner === '' || owner === 'value') return member;
      return plainMembers.has(member) ? (member === 'length' ? `number of ${owner}` : owner) : member;
    }
    case 'CallExpression': {
      const ofMethod = node.callee.type === 'MemberExpression';
      // A method of a text or a list leaves what it is: `names.join(', ')`, `id.padEnd(8)`.
      if (ofMethod && node.callee.type === 'MemberExpression') {
        const owner = nameOf(node.callee.object);
        if (owner !== '' && !/^(?:context|this|math|json|number|object|pen|view)$/i.test(owner)) return owner;
      }
      const named = node.arguments.map(nameOf).find((name) => name !== '');
      return named ?? nameOf(node.callee);
    }
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'ParenthesizedExpression':
      return nameOf(node.expression);
    case 'AwaitExpression':
    case 'UnaryExpression':
      return nameOf(node.argument);
    case 'LogicalExpression':
    case 'BinaryExpression':
      return nameOf(node.left) || nameOf(node.right);
    case 'ConditionalExpression':
      return nameOf(node.consequent) || nameOf(node.alternate) || nameOf(node.test);
    case 'TemplateLiteral':
      return node.expressions.map(nameOf).find((name) => name !== '') ?? '';
    case 'ArrayExpression':
      return node.elements.map((element) => (element === null ? '' : nameOf(element))).find(Boolean) ?? '';
    case 'SpreadElement':
      return nameOf(node.argument);
    default:
      return '';
  }
};

const placeholder = (node: Node): string => `{${readable(spaced(nameOf(node))) || 'value'}}`;

/** Whether an expression is written as text here, and not a value that comes from elsewhere. */
const isWritten = (node: Node): boolean =>
  (node.type === 'Literal' && typeof node.value === 'string') ||
  node.type === 'TemplateLiteral' ||
  (node.type === 'ParenthesizedExpression' && isWritten(node.expression)) ||
  (node.type === 'BinaryExpression' &&
    node.operator === '+' &&
    (isWritten(node.left) || isWritten(node.right)));

/** `plural(rows, 'row')` and its like: a count with its noun. */
const counted = (node: Expression): string | undefined => {
  if (node.type !== 'CallExpression') return;
  const noun = node.arguments.find((part) => part.type === 'Literal' && typeof part.value === 'string');
  if (node.arguments.length < 2 || noun?.type !== 'Literal' || !/^[a-z][a-z ]+$/.test(String(noun.value)))
    return;
  if (node.callee.type !== 'Identifier' || !/^(?:plural|counted|countOf|count)/.test(node.callee.name))
    return;
  const one = String(noun.value);
  return `{n} ${/s$/.test(one) ? one : `${one.replace(/y$/, 'ie').replace(/x$/, 'xe')}s`}`;
};

/** The text that a name of the program stands for, if it is written in the program: of a constant, or of a call with `given`. */
export type TextScope = (name: string, given?: readonly string[]) => string | undefined;

const noScope: TextScope = () => undefined;

/** `['a', 'b'].join('. ')` with its parts in place. */
const joined = (node: Expression, scope: TextScope): string | undefined => {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return;
  const { object, property } = node.callee;
  const [glue] = node.arguments;
  if (property.type !== 'Identifier' || property.name !== 'join' || glue?.type !== 'Literal') return;
  if (object.type !== 'ArrayExpression' || typeof glue.value !== 'string') return;
  return object.elements
    .map((element) => (element === null ? '' : rendered(element, scope)))
    .filter((part) => part !== '')
    .join(glue.value);
};

/** The text of a call of a function that builds one: `withHint(name)`. */
const called = (node: Expression, scope: TextScope): string | undefined =>
  node.type === 'CallExpression' && node.callee.type === 'Identifier'
    ? scope(
        node.callee.name,
        node.arguments.map((part) => rendered(part, scope)),
      )
    : undefined;

/**
 * The text of an expression as a reader sees it: parts that are written in place or that `scope` knows are filled in, of two
 * alternatives the longer one, and `{name}` stands for each value that comes from elsewhere.
 */
export const rendered = (node: Node, scope: TextScope = noScope): string => {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? node.value : String(node.raw);
    case 'ParenthesizedExpression':
      return rendered(node.expression, scope);
    case 'TemplateLiteral':
      return node.quasis
        .map(({ value }, index) => {
          const expression = node.expressions[index];
          return (value.cooked ?? '') + (expression === undefined ? '' : rendered(expression, scope));
        })
        .join('');
    case 'BinaryExpression':
      return isWritten(node) ? rendered(node.left, scope) + rendered(node.right, scope) : placeholder(node);
    case 'ConditionalExpression': {
      const texts = [node.consequent, node.alternate].filter(isWritten).map((part) => rendered(part, scope));
      if (texts.every((text) => text === '')) {
        const other = isWritten(node.consequent) ? node.alternate : node.consequent;
        return texts.length === 2 ? '' : rendered(other, scope);
      }
      return texts.toSorted((a, b) => b.length - a.length)[0] ?? '';
    }
    case 'Identifier':
      return scope(node.name) ?? placeholder(node);
    case 'CallExpression':
      return joined(node, scope) ?? counted(node) ?? called(node, scope) ?? placeholder(node);
    default:
      return placeholder(node);
  }
};

/** Whether an expression is a text of its own: written here, or parts written here and joined. */
export const isText = (node: Node): boolean =>
  isWritten(node) ||
  (node.type === 'CallExpression' &&
    (joined(node, noScope) ?? '').replaceAll(/\{[^}]*\}/g, '').trim() !== '');
