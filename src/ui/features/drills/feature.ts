import { defineFeature } from '../../shell/contract/features.ts';
import { drillCommandItems } from './command-items.ts';
import { hintCardKeys, hintKey, renderHints } from './hints.ts';
import { attentionOf, reportNotice } from './notice.ts';
import { renderScoreCard, scoreCardKeys, showScoreWhenFree } from './score-card.ts';

/** Drills: hints, score card, and what the operator has noticed. */
export const drillFeature = defineFeature({
  name: 'drill',
  dialogs: {
    score: {
      title: () => 'SCORE',
      keys: () => scoreCardKeys,
      render: (context) => renderScoreCard(context),
      samples: [{ is: 'score' }],
    },
    hints: {
      title: () => 'HINTS',
      keys: () => hintCardKeys,
      render: (context) => renderHints(context),
      samples: [{ is: 'hints' }],
    },
  },
  keys: { help: [hintKey] },
  commands: drillCommandItems,
  watchKey: (model) => {
    const before = attentionOf(model);
    return (context) => reportNotice(context, before);
  },
  follow: ({ model, cockpit }) => [showScoreWhenFree(model, cockpit)],
});
