import type { EscalationRung } from '../../domain/escalation.ts';
import { refuse } from '../complaints.ts';
import { definite } from '../definite.ts';
import { didYouMean } from '../did-you-mean.ts';
import { zEscalation } from '../shape/escalation.ts';
import { child, type MapNode } from '../tree.ts';
import { type Built, mapsIn } from './context.ts';
import { buildList } from './lists.ts';

/** The ladder of people, the first to be called first. Whom it names has to stand among the contacts. */
export const buildEscalation = (
  tree: MapNode,
  contacts: readonly string[],
): Built<readonly EscalationRung[]> => {
  const { made, complaints } = buildList(tree, 'escalation', zEscalation, 'id', 'rung');
  const strangers = mapsIn(tree, 'escalation').maps.flatMap((node) => {
    const contact = child(node, 'contact');
    if (contact?.is !== 'scalar' || typeof contact.value !== 'string' || contact.gaps !== undefined)
      return [];
    const todo = didYouMean(contact.value, contacts, 'add it under contacts');
    return contacts.includes(contact.value)
      ? []
      : [refuse(contact.position, `escalation: no contact is called "${contact.value}"`, todo)];
  });
  return {
    made: made.map(({ title, after, ...rest }) =>
      definite({ ...rest, title: title ?? rest.id, afterMs: after }),
    ),
    complaints: [...complaints, ...strangers],
  };
};
