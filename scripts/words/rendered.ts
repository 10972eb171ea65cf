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

const placeholder = (node: Node): string => `{${spaced(nameOf(node)) || 'value'}}`;

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
  return `{n} ${String(noun.value)}${/s$/.test(String(noun.value)) ? '' : 's'}`;
};

/** `['a', 'b'].join('. ')` with its parts in place. */
const joined = (node: Expression): string | undefined => {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return;
  const { object, property } = node.callee;
  const [glue] = node.arguments;
  if (property.type !== 'Identifier' || property.name !== 'join' || glue?.type !== 'Literal') return;
  if (object.type !== 'ArrayExpression' || typeof glue.value !== 'string') return;
  return object.elements
    .map((element) => (element === null ? '' : rendered(element)))
    .filter((part) => part !== '')
    .join(glue.value);
};

/**
 * The text of an expression as a reader sees it: parts that are written in place are filled in, of two alternatives the longer one, and
 * `{name}` stands for each value that comes from elsewhere.
 */
export const rendered = (node: Node): string => {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? node.value : String(node.raw);
    case 'ParenthesizedExpression':
      return rendered(node.expression);
    case 'TemplateLiteral':
      return node.quasis
        .map(({ value }, index) => {
          const expression = node.expressions[index];
          return (value.cooked ?? '') + (expression === undefined ? '' : rendered(expression));
        })
        .join('');
    case 'BinaryExpression':
      return isWritten(node) ? rendered(node.left) + rendered(node.right) : placeholder(node);
    case 'ConditionalExpression': {
      const texts = [node.consequent, node.alternate].filter(isWritten).map(rendered);
      if (texts.every((text) => text === '')) {
        const other = isWritten(node.consequent) ? node.alternate : node.consequent;
        return texts.length === 2 ? '' : rendered(other);
      }
      return texts.toSorted((a, b) => b.length - a.length)[0] ?? '';
    }
    case 'CallExpression':
      return joined(node) ?? counted(node) ?? placeholder(node);
    default:
      return placeholder(node);
  }
};

/** Whether an expression is a text of its own: written here, or parts written here and joined. */
export const isText = (node: Node): boolean =>
  isWritten(node) ||
  (node.type === 'CallExpression' && (joined(node) ?? '').replaceAll(/\{[^}]*\}/g, '').trim() !== '');
