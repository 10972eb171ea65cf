import { errorMessage } from '../../domain/text/error-message.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { CockpitStore } from '../../store/cockpit.ts';
import type { Commands } from '../../store/commands.ts';
import type { OpenedEnvironment, RunbookPageReader } from './environment/cockpit-parts.ts';
import type { createObjectDescriber } from './object-describer.ts';

interface PageParts {
  readonly cockpit: CockpitStore;
  readonly opened: () => Pick<OpenedEnvironment, 'runbookPages'> | undefined;
  readonly describing: Pick<ReturnType<typeof createObjectDescriber>, 'show'>;
  say(text: string, level?: 'ok' | 'warn'): void;
  guarded(work: Promise<void>): void;
}

/** Commands about the runbook pages that alerts link. `list`: shows which the open environment has. */
export const createRunbookPageCommands = ({
  cockpit,
  opened,
  describing,
  say,
  guarded,
}: PageParts): {
  readonly commands: Pick<Commands, 'openRunbookPage' | 'draftRunbookPage'>;
  list(): void;
} => {
  const reader = (): RunbookPageReader => {
    const pages = opened()?.runbookPages;
    if (pages === undefined)
      throw new WireError('unconfigured', 'the profile has no runbook folder. Add folder: under runbooks');
    return pages;
  };

  const show = async (of: RunbookPageReader): Promise<void> => {
    const { pages, warnings } = await of.list();
    if (opened()?.runbookPages !== of) return;
    for (const warning of warnings) say(warning, 'warn');
    cockpit.setState(({ open }) => (open === undefined ? {} : { open: { ...open, runbookPages: pages } }));
  };

  return {
    list: () => {
      const of = opened()?.runbookPages;
      if (of !== undefined) guarded(show(of));
    },
    commands: {
      openRunbookPage: (address) =>
        guarded(
          describing.show({ title: 'open the runbook page', source: 'runbooks' }, async (signal) =>
            reader().read(address, signal),
          ),
        ),
      draftRunbookPage: (address) =>
        guarded(
          (async () => reader().draft(address))().then(say, (error: unknown) =>
            say(`the runbook was not drafted: ${errorMessage(error)}`, 'warn'),
          ),
        ),
    },
  };
};
