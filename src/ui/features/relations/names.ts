import type { FactKind } from '../../../domain/facts/facts.ts';
import {
  type EntityNames,
  entityNames,
  joinNames,
  namesOfTexts,
  signalNames,
} from '../../../kinds/relations.ts';
import type { PaneRow, RowSubject } from '../../shell/contract/pane-row.ts';
import type { EnvironmentView } from '../../shell/contract/render-context.ts';

/** The names of one subject. */
const namesOfSubject = ({ facts }: EnvironmentView, subject: RowSubject): EntityNames =>
  subject.kind === 'signal'
    ? signalNames(
        subject.signal,
        facts.frame.signals.find(({ id }) => id === subject.signal.id),
      )
    : entityNames(subject.kind as FactKind, subject.fact);

/** The names of a row: of all its facts, or of its fields if it has none. */
export const namesOfRow = (own: EnvironmentView, row: PaneRow): EntityNames => {
  const subjects = row.facts?.() ?? (row.subject === undefined ? [] : [row.subject]);
  return subjects.length === 0
    ? namesOfTexts(
        Object.entries(row.fields ?? {}).flatMap(([name, text]) => (name === 'source' ? [] : [text])),
      )
    : joinNames(subjects.map((subject) => namesOfSubject(own, subject)));
};
