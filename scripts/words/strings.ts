import { readFile } from 'node:fs/promises';
import type { CallExpression, NewExpression, Node, ObjectExpression } from 'oxc-parser';
import { parseSync } from 'oxc-parser';
import { isText, rendered } from './rendered.ts';
import { partsOf, textScopeOf } from './text-declarations.ts';

/** A text of the program that people read. */
export interface VisibleString {
  readonly file: string;
  readonly line: number;
  /** The text as it is printed; `{name}` stands for each value that is filled in. */
  readonly text: string;
}

const functionWord =
  /(?:^|[ (])(?:a|an|the|is|are|was|has|have|of|to|in|on|for|with|and|or|not|no|by|from|it|as|at|be|so|that)[ ,.:)]/i;

/** The beginning of a part that follows other words on the screen: `of topic {topic}`, `while the target was being read`. */
const laterPart =
  /^(?:of|on|in|at|by|with|within|while|during|from|for|via|before|after|until|since|through|than|to|and|or|but|because|plus|than|due|as) [^,:]*$/;

/** A noun with its article, which is the subject or the object of a sentence: `a modified file`, `the user that runs opsdeck`. */
const nounOfSentence =
  /^(?:an?|the) (?!.*\b(?:is|are|was|were|has|have|had|cannot|can|must|may|do|does|did|will)\b)(?:\S+ ?\S+|\S+(?: \S+)? (?:that|which|of|for|without) [^:,.]*)$/;

/** Parts of a longer text, which nobody reads alone: the end of a message, a phrase of a sentence, a cell with a value and a unit. */
const isPart = (written: string): boolean => {
  if (/^(?:[,.;):]| +\S)/.test(written) || /[ ,:]$/.test(written)) return true;
  if (/ (?:in|of|to|by|from|until|since|with|is|are|and|the)$/.test(written)) return true;
  if (laterPart.test(written) || nounOfSentence.test(written)) return true;
  const own = written.split(/[\s·]+/).filter((word) => /^["'(]?[A-Za-z][\w'’-]*[)"',.:;?!]*$/.test(word));
  return own.length < 3 && !/^(?:cannot|could not|unknown|missing|no|not) /.test(written);
};

/** At least three words, one of them in small letters: names, keys, patterns and calls are no sentences. */
const isSentence = (text: string): boolean => {
  const written = text.replaceAll(/\{[^{}]*\}/g, '…');
  if (isPart(written)) return false;
  // Lists of keywords are no language.
  if (!functionWord.test(written) && (written.split(' ').length > 5 || isListed(written))) return false;
  return (
    written.split(/\s+/).filter((word) => /^[("'«“‘]?[A-Za-z][\w'’-]*[)"'»”’.,:;?!]*$|^…[.,:;]?$/.test(word))
      .length >= 3 &&
    /(?:^|\s)[a-z]{2,}(?:\s|[.,:;]|$)/.test(written) &&
    !/[{}\\<>|^$]|=>|^(?:not )?[\w.]+ (?:!?=|in) |\b(?:SELECT|FROM|INSERT|CREATE|ORDER BY|GRANT [A-Z]+ ON|ALTER TABLE)\b|\b(?:rate|sum by|count by) ?\(|^\(\?/.test(
      written,
    )
  );
};

/** Words beside each other without any that joins them, all in small letters: `fine config http`. */
const isListed = (written: string): boolean =>
  written.split(' ').every((word) => /^[a-z]+$/.test(word)) && written.split(' ').length > 4;

/** Calls whose texts are programs, patterns or words of a language, and not for people. */
const silentCalls =
  /(?:^|\.)(?:words|verbs|each|plain|keywords|ask|prepare|exec|taggedSql|millisecondsSql|formatByPattern|RegExp|split|includes|startsWith|endsWith|indexOf|has|match|replace|replaceAll|unreachable|state|DOMException|pages)$/;

/** Keys whose texts are programs, patterns or identities. */
const silentKeys =
  /^(?:that|long|longValued|uid|sql|query|promql|pattern|statement|sum|found|planned|saw)$|Sql$/;

/** Keys of an object whose texts are printed as one message, in their order. */
const messageKeys = ['problem', 'what', 'where', 'message', 'words', 'why', 'remedy', 'todo', 'next', 'hint'];

/** Keys of the way on, which is part of the message also where a function chooses it. */
const wayOn = /^(?:remedy|todo|next|hint)$/;

const keyOf = (node: Node): string | undefined => {
  if (node.type !== 'Property') return;
  if (node.key.type === 'Identifier') return node.key.name;
  return node.key.type === 'Literal' ? String(node.key.value) : undefined;
};

/** Sentences that are printed after each other: the later ones begin with a capital. */
const sentences = (parts: readonly string[]): string =>
  parts
    .map((part) => part.trim().replace(/\.$/, ''))
    .map((part, index) => (index === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('. ');

const predicate =
  /^(?:is|are|was|were|has|have|had|does|did|must|may|lacks|cannot be|could not be|exited with|ended with|answered) .*[^?]$/s;

/** A text as it is seen: a predicate, such as `was killed by {signal}`, follows a subject. */
const withSubject = (text: string): string => (predicate.test(text) ? `{name} ${text}` : text);

/** Keys of what happened, which is read before the way on also where a variable holds it. */
const happened = /^(?:problem|what|message|why)$/;

/** The texts of `{ what: …, todo: … }`, if two or more of its keys are parts of one message. */
const messageOf = (node: ObjectExpression): readonly Node[] => {
  const values = messageKeys.flatMap((key) =>
    node.properties.flatMap((property) =>
      property.type === 'Property' && keyOf(property) === key ? [{ key, value: property.value }] : [],
    ),
  );
  const hasWayOn = values.some(({ key, value }) => wayOn.test(key) && isText(value));
  const parts = values
    .filter(({ key, value }) => isText(value) || wayOn.test(key) || (hasWayOn && happened.test(key)))
    .map(({ value }) => value);
  return parts.length > 1 && parts.some(isText) ? parts : [];
};

/** The texts of `errorAt(place, what, todo)` or `new RemediedError(kind, message, remedy)`. */
const argumentsOf = (node: CallExpression | NewExpression, callee: string): readonly Node[] => {
  if (!/Error$|errorAt$|warningAt$|warnAt$/.test(callee)) return [];
  const isLast = (part: Node): boolean => /^[a-z]+At$/.test(callee) && part === node.arguments[2];
  const parts = node.arguments.filter(
    (part) => (isText(part) && isSentencePart(rendered(part))) || (!isText(part) && isLast(part)),
  );
  return parts.length > 1 ? parts : [];
};

const isSentencePart = (text: string): boolean => /\s/.test(text.trim());

/** Calls that declare a field or an option with a description. */
const describingCalls = /^(?:text|maybeText|id|list|number|flag|time|whole|zObjectName)$/;

/** The option or argument that a call of commander declares: `--since <time>`. */
const declaredOption = (node: CallExpression | NewExpression, callee: string): string | undefined => {
  const name = node.arguments.find((part) => part.type === 'Literal' && typeof part.value === 'string');
  if (!/\boption$|\bargument$|\bOption$|\bArgument$/.test(callee) || name?.type !== 'Literal') return;
  return /^(?:-|<|\[)/.test(String(name.value)) ? String(name.value) : undefined;
};

/** The texts of a source file that people may read, in its order, whole: parts are filled into the text that they are part of. Rejects if the file cannot be read. */
export const visibleStrings = async (file: string): Promise<readonly VisibleString[]> => {
  const source = await readFile(file, 'utf8');
  const { program } = parseSync(file, source);
  const found: (VisibleString & { readonly start: number })[] = [];
  const partStarts = new Set<number>();
  let filled: number[] = [];
  const scope = textScopeOf(program, (start) => filled.push(start));
  const push = (text: string, start: number): void => {
    found.push({ file, line: source.slice(0, start).split('\n').length, text, start });
  };
  const add = (parts: readonly Node[], start: number, key?: string): void => {
    filled = [];
    const texts = parts.map((part) => {
      const text = rendered(part, scope);
      return isText(part) || parts.length === 1 || /\s/.test(text.replaceAll(/\{[^}]*\}/g, ''))
        ? text
        : '{next step}';
    });
    const whole = texts.length === 1 ? (texts[0] ?? '') : sentences(texts);
    if (!isSentence(whole)) return;
    for (const part of filled) partStarts.add(part);
    push(named(key === undefined ? withSubject(whole) : withKey(key, whole)), start);
  };

  /** Visits a node; `key` is the setting or field that it describes. */
  const visit = (node: Node, key: string | undefined, isDescription = false): void => {
    if (isText(node)) {
      add([node], node.start, isDescription ? key : undefined);
      return;
    }
    if (isSilent(node)) return;
    switch (node.type) {
      case 'CallExpression':
      case 'NewExpression':
        visitCall(node, key);
        return;
      case 'ArrayExpression':
        // An example of a command and its explanation stand on one line of the help.
        if (node.elements.length === 2 && /^opsdeck /.test(rendered(node.elements[0] ?? node)))
          push(
            node.elements.map((element) => (element === null ? '' : rendered(element))).join('  # '),
            node.start,
          );
        else visitParts(node, [], key, isDescription);
        return;
      case 'ObjectExpression':
        visitParts(node, messageOf(node), key, isDescription);
        return;
      case 'Property':
        visitProperty(node, key);
        return;
      default:
        visitParts(node, [], key, isDescription);
    }
  };
  const visitCall = (node: CallExpression | NewExpression, key: string | undefined): void => {
    const name = source.slice(node.callee.start, node.callee.end);
    if (silentCalls.test(name)) {
      if (node.callee.type === 'MemberExpression' && !isText(node.callee.object))
        visit(node.callee.object, key);
      return;
    }
    const subject = declaredOption(node, name) ?? key;
    const describes = subject !== key || (key !== undefined && describingCalls.test(name));
    visitParts(node, argumentsOf(node, name), subject, describes);
  };
  const visitProperty = (
    node: Node & { readonly type: 'Property'; readonly value: Node },
    key: string | undefined,
  ): void => {
    const own = keyOf(node);
    if (own !== undefined && silentKeys.test(own)) return;
    visit(node.value, own === 'description' || own === undefined ? key : own, own === 'description');
  };
  /** Adds the parts that are one text, and visits the others. */
  const visitParts = (
    node: Node,
    text: readonly Node[],
    key: string | undefined,
    isDescription: boolean,
  ): void => {
    if (text.length > 0) add(text, text[0]?.start ?? node.start);
    const isOfText = (part: Node): boolean =>
      text.includes(part) || (part.type === 'Property' && text.includes(part.value));
    for (const part of partsOf(node)) if (!isOfText(part)) visit(part, key, isDescription);
  };
  visit(program, undefined);
  return found.filter(({ start }) => !partStarts.has(start));
};

/** A text whose values have names that tell them apart, and a hint that is called so. */
const named = (text: string): string =>
  text
    .replace(/^\{next step\}\. /, '{problem}. ')
    .replaceAll(/\{([^{}]+)\} of \{\1\}/g, '{n} of {$1}')
    .replaceAll(/\{([^{}]+)\}([ :/]+)\{\1\}/g, '{$1}$2{name}')
    .replace(/\. \{[^{}]+\}$/, '. {next step}');

/** A description beside its key, as the reference and the help show both. */
const withKey = (key: string, text: string): string =>
  text.startsWith(`${key}:`) ? text : `${key}: ${text}`;

/** True for a node whose texts are not read by people: a type, the name of a module, a comparison. */
const isSilent = (node: Node): boolean =>
  node.type === 'TSLiteralType' ||
  node.type === 'ImportDeclaration' ||
  (node.type === 'ExportNamedDeclaration' && node.declaration === null) ||
  (node.type === 'BinaryExpression' && /^[!=]==?$/.test(node.operator));
