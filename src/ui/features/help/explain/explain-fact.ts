import type { FactKind } from '../../../../domain/facts/facts.ts';
import { limitsOf } from '../../../../domain/facts/level.ts';
import type { Row } from '../../../../domain/facts/snapshot.ts';
import { formatStateAge } from '../../../../domain/facts/state-start.ts';
import { formatThreshold, parseBound } from '../../../../domain/facts/threshold.ts';
import { shortPosition } from '../../../../domain/text/position.ts';
import { formatFieldNumber } from '../../../../domain/text/value-text.ts';
import type { KindDefinition } from '../../../../kinds/define/define-kind.ts';
import type { LevelReason } from '../../../../kinds/define/judge-level.ts';
import { factKey, kindOf, shownState } from '../../../../kinds/registry/registry.ts';
import type { RowSubject } from '../../../shell/contract/pane-row.ts';
import {
  becauseText,
  commandText,
  type ExplainContext,
  type Explanation,
  missingReadingText,
  present,
  readingText,
  remedyText,
  sourceText,
} from './explanation.ts';

type FactSubject = Exclude<RowSubject, { readonly kind: 'signal' }>;

/** '; limit from production.yaml:31', '; built in, override with limits.breakers.open' */
const declaredText = ({ of }: ExplainContext, kind: FactKind, { key, isOfProfile }: LevelReason): string => {
  if (!isOfProfile) return `; built in, override with limits.${kind}.${key}`;
  const position = of.facts.frame.limitPositions?.[`${kind}.${key}`];
  return position === undefined
    ? `; set by limits.${kind}.${key}`
    : `; limit from ${shortPosition(position)}`;
};

/** 'open for 13m: the breaker rejects calls' */
const wordText = (word: string, lasts: string, meaning: string | undefined): string =>
  `${word}${lasts}${meaning === undefined ? '' : `: ${meaning}`}`;

const reasonText = (kind: KindDefinition, reason: LevelReason, lasts: string): string => {
  if (reason.is === 'word')
    return wordText(kind.shownState?.(reason.word) ?? reason.word, lasts, reason.meaning);
  const name = kind.bounds ?? '';
  const bound = formatThreshold(reason.bound, (number) => formatFieldNumber(name, number));
  return `${name} ${formatFieldNumber(name, reason.value)} ${bound}`;
};

/** The reasons that give the row its level; without any, the state, which no rule raises. */
const whyFact = (context: ExplainContext, name: FactKind, row: Row, kind: KindDefinition): string => {
  const limits = limitsOf(context.of.facts.frame.limits, name);
  const reasons = kind.reasonsOf(row.fact, limits).filter(({ level }) => level === row.level);
  const lasts = row.since === undefined ? '' : ` for ${formatStateAge(row, context.now)}`;
  if (reasons.length > 0 && row.level !== 'ok') {
    const texts = reasons.map(
      (reason) => `${reasonText(kind, reason, lasts)}${declaredText(context, name, reason)}`,
    );
    return becauseText(row.level, texts.join(' · '));
  }
  const state = kind.state(row.fact);
  const meanings = kind.levels.meanings ?? {};
  const word = state.toLowerCase();
  const meaning = Object.hasOwn(meanings, word) ? meanings[word] : undefined;
  return becauseText(
    row.level,
    `${wordText(shownState(name, state), lasts, meaning)}. No rule raises the level`,
  );
};

/** 'latencyMs 1,900 ms: warn at ≥ 1,000 ms (production.yaml:31)'; '' if the kind has no number. */
const limitsText = ({ of }: ExplainContext, name: FactKind, kind: KindDefinition, row: Row): string => {
  const { bounds } = kind;
  if (bounds === undefined) return '';
  const value = kind.field(bounds)?.of(row.fact, row.level);
  const number = `${bounds} ${typeof value === 'number' ? formatFieldNumber(bounds, value) : 'not reported'}`;
  const limits = limitsOf(of.facts.frame.limits, name);
  const parts = Object.entries(kind.boundsOf(limits)).flatMap(([level, text]) => {
    const bound = parseBound(text);
    if ('error' in bound) return [];
    const position = of.facts.frame.limitPositions?.[`${name}.${level}`];
    const declared =
      limits[level] === undefined ? 'built in' : position === undefined ? 'profile' : shortPosition(position);
    return [
      `${level} at ${formatThreshold(bound, (amount) => formatFieldNumber(bounds, amount))} (${declared})`,
    ];
  });
  return parts.length === 0
    ? `${number}: no limits. limits.${name}.warn and limits.${name}.crit set them`
    : `${number}: ${parts.join(', ')}`;
};

/** Explains the row of a fact; undefined when it no longer exists. */
export const explainFact = (context: ExplainContext, subject: FactSubject): Explanation | undefined => {
  const { of } = context;
  const name: FactKind = subject.kind;
  // The subject has the fact of its kind.
  const kind = kindOf(name) as KindDefinition;
  const key = factKey(name, subject.fact);
  const row: Row | undefined = of.snapshot.kinds[name].rows.find((candidate) => candidate.key === key);
  if (row === undefined) return undefined;
  const feed = of.facts.feeds[row.feed];
  const { source } = row.fact;
  const isUnread = feed?.known === undefined;
  const fault = feed?.faults[0] ?? of.facts.frame.sources[source]?.problem;
  const isMissing = row.stale || isUnread;
  const missing = missingReadingText(context, feed, isUnread ? undefined : row.fact.at, fault);
  return {
    level: row.level,
    value: shownState(name, kind.state(row.fact)),
    because: isMissing ? becauseText(row.level, missing) : whyFact(context, name, row, kind),
    details: present([
      ['source', sourceText(context, source, feed)],
      ['by hand', commandText(context, subject)],
      ['reading', readingText(context, feed, isUnread ? undefined : row.fact.at, undefined)],
      ['limits', limitsText(context, name, kind, row)],
      ['to do', isMissing ? remedyText(context, fault) : ''],
    ]),
  };
};
