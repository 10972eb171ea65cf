import { WireError } from '../../platform/failures.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { statusError } from '../../platform/network/status.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { field, text } from '../wire-value.ts';

const shownLetters = 300;

/**
 * What is wrong with an answer, as a WireError; undefined when nothing is. A query that Loki does not take is told in its
 * own words, which it writes as plain text. `wallNow`: the machine's time.
 */
export const answerProblem = (answer: HttpAnswer, wallNow: number): WireError | undefined => {
  const problem = statusError(answer, wallNow);
  if (problem === undefined) return undefined;
  if (problem.kind === 'denied') return problem;
  const said = wordsOf(answer);
  return said === ''
    ? problem
    : new WireError(problem.kind, `${problem.message}: ${said}`, problem.retryAfterMs);
};

/** Loki's words; some of what stands before it answers in JSON. Another's page has none that tell more than its status. */
const wordsOf = (answer: HttpAnswer): string => {
  if (/^\s*</.test(answer.text)) return '';
  try {
    const body = answer.json();
    return oneLine(text(field(body, 'message')) ?? text(field(body, 'error')) ?? '', shownLetters);
  } catch {
    return (answer.headers['content-type'] ?? '').startsWith('text/plain')
      ? oneLine(answer.text, shownLetters)
      : '';
  }
};

/** The most entries that Loki gives at once, when it complains of a question for more. Source: Loki, pkg/querier, ErrMaxEntries. */
export const mostEntriesIn = (problem: WireError): number | undefined => {
  const [, most] =
    /max entries limit per query exceeded, limit > max_entries_limit(?:_per_query)? \(\d+ > (\d+)\)/.exec(
      problem.message,
    ) ?? [];
  return most === undefined ? undefined : Number(most);
};
