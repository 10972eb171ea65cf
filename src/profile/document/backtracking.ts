import { type Matcher, matcherOf } from '../../domain/regex/matcher.ts';
import { cutText } from '../../domain/text/cut-text.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import type { ScalarNode, YamlNode } from './tree.ts';

/**
 * Keys whose text values are regular expressions, with the flags used for them. `text` counts where a check states its
 * expectation.
 */
const patternKeys: ReadonlyMap<string, string> = new Map([
  ['matches', 'u'],
  ['pattern', 'u'],
  ['include', ''],
  ['exclude', ''],
  ['complete', ''],
  ['expect.text', ''],
]);
/** Keys under which every text value is a regular expression. */
const patternMaps: ReadonlySet<string> = new Set(['levels']);
/** `matches /…/i` in an expression. */
const inExpression = /\bmatches\s*\/((?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[])+)\/([imsu]*)/g;

interface Written {
  readonly source: string;
  readonly flags: string;
  readonly node: ScalarNode;
}

function* patternsOf(node: YamlNode, key = '', above = ''): Generator<Written> {
  if (node.is === 'list') for (const item of node.items) yield* patternsOf(item, key, above);
  else if (node.is === 'map')
    for (const [name, entry] of node.entries) yield* patternsOf(entry.value, name, key);
  else if (typeof node.value === 'string' && node.gaps === undefined) {
    const flags =
      patternKeys.get(key) ?? patternKeys.get(`${above}.${key}`) ?? (patternMaps.has(above) ? '' : undefined);
    if (flags !== undefined) yield { source: node.value, flags, node };
    else
      for (const [, source = '', flags = ''] of node.value.matchAll(inExpression))
        yield { source, flags, node };
  }
}

/** Characters of a long expression shown in a message: enough to identify it. */
const shownChars = 80;

/** Compiles an expression. Undefined when it is invalid: that error is reported where it is read. */
const compiled = ({ source, flags }: Written): Matcher | undefined => {
  try {
    return matcherOf(source, flags);
  } catch {
    return undefined;
  }
};

const diagnosticOf = (written: Written): readonly Diagnostic[] => {
  const matcher = compiled(written);
  if (matcher?.needsBacktracking !== true) return [];
  const limit = matcher.isBounded ? '' : ', and is abandoned when too slow';
  return [
    {
      position: written.node.position,
      severity: 'warning',
      what: `/${cutText(written.source, shownChars)}/ needs backtracking${limit}`,
      todo: 'avoid look-around and backreferences',
    },
  ];
};

/** Returns a warning for each regular expression of a profile that needs a backtracking engine. */
export const backtrackingDiagnostics = (tree: YamlNode): readonly Diagnostic[] =>
  [...patternsOf(tree)].flatMap(diagnosticOf);
