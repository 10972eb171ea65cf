import { defineFeature } from '../../shell/contract/features.ts';
import { approvalMarks } from '../run-words/run-marks.ts';
import { approvalCommandItems, openApprovalKey } from './approval-keys.ts';
import { loginCommandItems } from './login-commands.ts';
import { renderRunCard } from './run-card.ts';
import { cardKeyTables, cardTextField, runCardKeys } from './run-card-keys.ts';

/** The card of a run, from its parameters to its result. */
export const cardsFeature = defineFeature({
  name: 'cards',
  runCard: { render: renderRunCard, keys: runCardKeys, field: cardTextField, tables: cardKeyTables },
  keys: { approval: [openApprovalKey] },
  commands: (context) => [...loginCommandItems(context), ...approvalCommandItems(context)],
  status: { people: approvalMarks },
});
