import {
  type DescribedObject,
  type DescriptionFormat,
  usualFormats,
} from '../../../domain/facts/object-description.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';

/** Name of a format in a reason. */
const nouns: Readonly<Record<DescriptionFormat, string>> = {
  describe: 'further details',
  yaml: 'YAML',
  events: 'events of objects',
  applied: 'last-applied configuration',
};

/** Why a source has no text of this format; undefined if it has, or if that is not known. */
export const formatBlockedReason = (
  { view }: Pick<KeyContext, 'view'>,
  source: string,
  how: DescriptionFormat,
): string | undefined => {
  const { open } = view.cockpit;
  const formats = open?.describesAs?.[source] ?? usualFormats;
  return open?.describes?.includes(source) === false || !formats.includes(how)
    ? `${source} provides no ${nouns[how]}`
    : undefined;
};

/** Opens the reader and requests its text. */
export const openReader = (
  { model, commands }: Pick<KeyContext, 'model' | 'commands'>,
  subject: DescribedObject,
  how: DescriptionFormat,
): void => {
  model.setState({ overlay: { is: 'reader', subject, how, from: 0, text: '', typing: false } });
  commands.describe(subject, how);
};

/** Opens the reader with the runbook page of an address. */
export const openPageReader = (
  { model, commands }: Pick<KeyContext, 'model' | 'commands'>,
  address: string,
  name: string,
): void => {
  const subject = { source: 'runbooks', kind: 'runbook page', namespace: '', name, owner: '', node: '' };
  model.setState({
    overlay: { is: 'reader', subject, how: 'describe', from: -1, text: '', typing: false, page: { address } },
  });
  commands.openRunbookPage(address);
};

/** The keys that open the reader for the selected row. `none`: the reason without one. */
export const readerOpeningKeys = (
  pane: string,
  subjectOf: (context: KeyContext) => DescribedObject | undefined,
  none: string,
): readonly Binding[] => {
  const key = (
    how: DescriptionFormat,
    letter: string,
    description: string,
    footer: Pick<Binding, 'footer' | 'footerMinColumns'>,
  ): Binding => ({
    id: `${pane}.${how}`,
    keys: [letter],
    description,
    ...footer,
    whyNot: (context) => {
      const subject = subjectOf(context);
      return subject === undefined ? none : formatBlockedReason(context, subject.source, how);
    },
    run: (context) => {
      const subject = subjectOf(context);
      if (subject !== undefined) openReader(context, subject, how);
    },
  });
  return [
    key('describe', 'd', 'describe the object: state, limits, environment, events', { footer: 'describe' }),
    key('yaml', 'Y', 'show the YAML of the object, or the unit file of a unit', { footer: 'YAML' }),
    key('applied', 'a', 'compare with the last kubectl apply', {
      footer: 'applied',
      footerMinColumns: 140,
    }),
    key('events', 'V', 'show Kubernetes events, newest first', { footer: 'events', footerMinColumns: 110 }),
  ];
};
