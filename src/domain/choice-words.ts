import { ageText } from './duration.ts';
import type { Breaker, DbSession, FactKind, FactTypes, Workload } from './facts.ts';
import { count } from './format.ts';
import { cutText } from './mask/cut-text.ts';
import { withoutSecretForms } from './mask/mask-text.ts';

/** So much of a statement tells it from others. */
const statementLetters = 60;

const said = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');

/** 'billing · idle in transaction · 4m · UPDATE stock …': whose it is and how long it has been at it. */
const sessionWords = ({ user, application, state, transactionMs, durationMs, query }: DbSession): string => {
  const ms = transactionMs ?? durationMs;
  const statement = query.replaceAll(/\s+/g, ' ').trim();
  return said(
    user,
    application === undefined || application === user ? '' : application,
    state,
    ms === undefined ? '' : ageText(ms),
    cutText(withoutSecretForms(statement), statementLetters),
  );
};

const workloadWords = ({ name, status, ready, wanted, restarts = 0 }: Workload, field: string): string =>
  said(
    field === 'name' ? '' : name,
    status,
    ready === undefined || wanted === undefined || (ready === 1 && wanted === 1)
      ? ''
      : `${ready} of ${wanted} ready`,
    restarts === 0 ? '' : `${count(restarts)} restarts`,
  );

const breakerWords = ({ service, instance, state }: Breaker): string => said(instance || service, state);

/** What tells a choice from others: of a row that has `field`, in few words; '' where the value says it all. */
export const choiceWords = <K extends FactKind>(kind: K, fact: FactTypes[K], field: string): string => {
  const words: { readonly [P in FactKind]?: (fact: FactTypes[P], field: string) => string } = {
    sessions: sessionWords,
    workloads: workloadWords,
    breakers: breakerWords,
    alerts: ({ state, summary }) => said(state, summary),
  };
  return words[kind]?.(fact, field) ?? '';
};

/** One choice may stand for several rows: the first is told, the others are counted. */
export const togetherWords = (words: readonly string[]): string => {
  const told = [...new Set(words)].filter((one) => one !== '');
  const [first = ''] = told;
  return told.length < 2 ? first : `${first}, and ${told.length - 1} more`;
};
