import { defined } from '../../../domain/base/defined.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import { hintKey } from './hints.ts';

const noScoreReason = ({ view: { cockpit } }: KeyContext): string | undefined => {
  if (cockpit.drill === undefined) return 'no drill was started in this session: start one with :rehearse';
  return cockpit.drill.result === undefined
    ? 'the drill is running: the score follows at the end'
    : undefined;
};

/** `:score` and `:hint`. */
export const drillCommandItems = (context: KeyContext): readonly PaletteItem[] => {
  const noScore = noScoreReason(context);
  const noHint = hintKey.whyNot?.(context);
  return [
    {
      id: 'score',
      text: 'show the score card of the last drill',
      command: 'score',
      ...defined({ whyNot: noScore }),
      run: ({ model }) => model.setState({ overlay: { is: 'score' } }),
    },
    {
      id: 'hint',
      text: 'show the next hint of the drill',
      command: 'hint',
      ...defined({ whyNot: noHint }),
      run: (now) => {
        now.model.setState({ overlay: noOverlay });
        hintKey.run(now);
      },
    },
  ];
};
