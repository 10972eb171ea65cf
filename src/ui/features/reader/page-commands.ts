import type { QuotedCommand } from '../../../domain/facts/object-description.ts';
import type { StyledRun } from '../../kit/text/line.ts';
import type { OverlayKinds } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { maskForExport } from '../../shell/output/clipboard.ts';

type Page = NonNullable<OverlayKinds['reader']['page']>;

const readState = ({ cockpit }: Pick<RenderContext, 'cockpit'>) => {
  const state = cockpit.description?.state;
  return state?.is === 'read' ? state : undefined;
};

const commandsOf = (view: Pick<RenderContext, 'cockpit'>): readonly QuotedCommand[] =>
  readState(view)?.commands ?? [];

/** The line at which a page begins to be read: the heading that its address names. */
export const pageStart = (view: Pick<RenderContext, 'cockpit'>): number => readState(view)?.start ?? 0;

/** Index of the selected command: the chosen one, else the first from the start of the page; -1 without commands. */
const selectedIndex = (view: Pick<RenderContext, 'cockpit'>, { command }: Page): number => {
  const commands = commandsOf(view);
  if (command !== undefined && command < commands.length) return command;
  const from = commands.findIndex(({ line }) => line >= pageStart(view));
  return from < 0 && commands.length > 0 ? 0 : from;
};

const selectedCommand = (view: Pick<RenderContext, 'cockpit'>, page: Page): QuotedCommand | undefined =>
  commandsOf(view)[selectedIndex(view, page)];

/** The command after or before the selected one; the first one follows the last. */
export const nextCommand = (
  view: Pick<RenderContext, 'cockpit'>,
  page: Page,
  step: 1 | -1,
): { readonly index: number; readonly line: number } | undefined => {
  const commands = commandsOf(view);
  const index = (selectedIndex(view, page) + step + commands.length) % Math.max(1, commands.length);
  const command = commands[index];
  return command === undefined ? undefined : { index, line: command.line };
};

/** The mark of a line: of the selected command, of another one, or of none. */
export const commandMark = (view: RenderContext, page: Page, line: number): StyledRun => {
  const { pen } = view;
  if (selectedCommand(view, page)?.line === line) return pen.glyph('chosen', 'key');
  return commandsOf(view).some((command) => command.line === line) ? pen.run('$', 'key') : pen.run(' ');
};

/** 'command 2 of 5, disruptive' */
export const commandCount = (view: Pick<RenderContext, 'cockpit'>, page: Page): string => {
  if (readState(view) === undefined) return 'linked by the alert';
  const command = selectedCommand(view, page);
  return command === undefined
    ? 'no commands'
    : `command ${selectedIndex(view, page) + 1} of ${commandsOf(view).length}, ${command.danger}`;
};

/** The keys about commands for the key line. */
export const commandHints = (view: Pick<RenderContext, 'cockpit'>): readonly string[] =>
  commandsOf(view).length === 0 ? [] : ['tab next command', 'Y copy', 'i draft'];

const noCommand = ({ view }: KeyContext): string | undefined =>
  commandsOf(view).length === 0 ? 'this page contains no commands' : undefined;

const pageOf = ({ view }: KeyContext): Page | undefined =>
  view.ui.overlay.is === 'reader' ? view.ui.overlay.page : undefined;

/** The keys about the commands of a page. `select`: selects the next or the previous one. */
export const commandKeys = (select: (step: 1 | -1) => (context: KeyContext) => void): readonly Binding[] => [
  {
    id: 'page.next-command',
    keys: ['tab'],
    description: 'select the next command',
    footer: 'next command',
    whyNot: noCommand,
    run: select(1),
  },
  {
    id: 'page.previous-command',
    keys: ['shift-tab'],
    description: 'select the previous command',
    whyNot: noCommand,
    run: select(-1),
  },
  {
    id: 'page.copy-command',
    keys: ['Y'],
    description: 'copy the selected command to the clipboard. Nothing is run',
    footer: 'copy command',
    whyNot: noCommand,
    run: (context) => {
      const page = pageOf(context);
      const command = page === undefined ? undefined : selectedCommand(context.view, page);
      if (command === undefined) return;
      // Without a line feed at its end, a shell does not run what is pasted.
      context.copy(maskForExport(context.view, command.text).trim());
      context.notify(
        `command sent to the terminal clipboard (${command.danger}). Read the command before use`,
      );
    },
  },
  {
    id: 'page.draft',
    keys: ['i'],
    description: 'draft a runbook from the page (opsdeck import). A draft cannot run before a review',
    footer: 'draft',
    whyNot: noCommand,
    run: (context) => {
      const page = pageOf(context);
      if (page !== undefined) context.commands.draftRunbookPage(page.address);
    },
  },
];
