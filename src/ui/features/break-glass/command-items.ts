import { defined } from '../../../domain/base/defined.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import { timeTravelBlockedReason } from '../../shell/state/past-context.ts';

/** `:break-glass` and its end, in an environment whose state is in a database. Empty elsewhere. */
export const breakGlassCommandItems = ({ view }: KeyContext): readonly PaletteItem[] => {
  const { open } = view.cockpit;
  if (open?.isStateShared !== true) return [];
  const past = timeTravelBlockedReason(view);
  if (open.isBreakGlass === true)
    return [
      {
        id: 'break-glass end',
        text: 'end break-glass, so that changes require the state database again',
        command: 'break-glass end',
        ...defined({ whyNot: past }),
        run: ({ commands }) => commands.breakGlass(undefined),
      },
    ];
  const whyNot =
    past ??
    (open.isStateUnavailable === true
      ? undefined
      : 'the state database is available, so break-glass is not needed');
  return [
    {
      id: 'break-glass',
      text: 'act while the state database is unavailable, for a reason that you type',
      command: 'break-glass',
      ...defined({ whyNot }),
      run: ({ model }) =>
        model.setState({
          overlay: {
            ...{ is: 'words', why: 'break-glass', run: '', text: '', over: noOverlay },
            about: 'another engineer may be working on the target: agree with the others first',
          },
        }),
    },
  ];
};
