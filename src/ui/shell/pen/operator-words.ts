import { type MaskWords, splitAddress } from '../../../domain/mask/mask-words.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import { memoizePerObject } from '../state/memoize.ts';

/** The operator in a journal entry of an acknowledgement or of a checklist: '… by ana@desk-3: note'. */
const operatorIn = /\bby (\S+@[^\s:]+)/;

const wordsOf = (operators: Iterable<string>): MaskWords => ({
  names: [...operators].flatMap((operator) => {
    const { user, host } = splitAddress(operator);
    return [
      ...(user === undefined ? [] : [{ text: user, is: 'user' as const }]),
      ...(host === undefined ? [] : [{ text: host, is: 'host' as const }]),
    ];
  }),
  stays: [],
  listed: [],
  allowed: [],
});

const memoized = memoizePerObject<MaskWords>();

/** The operator here, and the users and hosts of acknowledgements, checklists, other cockpits and of runs, including ended ones that the journal still lists. */
export const operatorWords = ({
  acknowledged,
  approvals,
  checklistRecords,
  journal,
  open,
  present,
}: Pick<
  CockpitState,
  'acknowledged' | 'approvals' | 'checklistRecords' | 'journal' | 'open' | 'present'
>): MaskWords =>
  memoized(journal, [acknowledged, checklistRecords, open?.operator, present, approvals], () =>
    wordsOf(
      new Set([
        ...(open?.operator === undefined ? [] : [open.operator]),
        ...(approvals ?? []).map(({ user, host }) => `${user}@${host}`),
        ...(present ?? []).map(({ user, host }) => `${user}@${host}`),
        ...Object.values(acknowledged).map(({ who }) => who),
        ...(checklistRecords ?? []).map(({ who }) => who),
        ...journal.flatMap(({ kind, change, by }) =>
          kind === 'ack' || kind === 'checklist' ? (operatorIn.exec(change)?.[1] ?? []) : (by ?? []),
        ),
      ]),
    ),
  );
