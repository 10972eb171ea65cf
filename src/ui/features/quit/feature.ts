import { type Card, cardTitleLines, keyHints } from '../../kit/components/card.ts';
import { formatElapsed } from '../../kit/text/format.ts';
import { defineFeature } from '../../shell/contract/features.ts';
import { overlayBelow } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';

const closeDialog: Binding['run'] = ({ model, view }) =>
  model.setState({ overlay: overlayBelow(view.ui.overlay) });

/** Keys of the dialog. */
const quitDialogKeys: readonly Binding[] = [
  {
    id: 'quit.yes',
    keys: ['enter'],
    description: 'quit and cancel the run. Sent calls are not undone',
    footer: 'quit',
    confirms: true,
    run: ({ quit }) => quit(),
  },
  { id: 'quit.no', keys: ['esc'], description: 'keep opsdeck open', footer: 'stay', run: closeDialog },
];

/** Renders the dialog that confirms quitting during a run. */
const quitCard = (context: KeyContext): Card => {
  const { pen, cockpit, now } = context.view;
  const { run } = cockpit;
  const since = formatElapsed(now - (run?.events[0]?.at ?? now));
  return {
    edge: 'warn',
    lines: [
      ...cardTitleLines(
        context.view,
        [pen.run('QUIT', 'bold')],
        `${run?.runbook.title ?? ''} has been running for ${since}`,
      ),
      [pen.run('quitting cancels the run. Sent calls are not undone')],
      keyHints(pen, 'enter quit', 'esc stay'),
    ],
  };
};

/** The question before opsdeck ends while a run is active, and the command that does not ask. */
export const quitFeature = defineFeature({
  name: 'quit',
  dialogs: {
    quit: {
      title: () => 'QUIT',
      keys: () => quitDialogKeys,
      render: (context) => quitCard(context),
      confirms: true,
      samples: [{ is: 'quit' }],
    },
  },
  commands: () => [
    {
      id: 'quit at once, without asking',
      text: 'quit without asking. Cancels the active run',
      command: 'quit!',
      confirms: true,
      run: ({ quit }) => quit(),
    },
  ],
});
