import type { DescribedObject } from '../../../domain/facts/object-description.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import { formatBlockedReason, openReader } from '../../shell/dialogs/open-reader.ts';

const subjectOf = (source: string, name: string): DescribedObject => ({
  ...{ source, kind: 'namespace', namespace: name, name, owner: '', node: '' },
});

/** Sources with events, in the order of the profile. */
const sourcesWithEvents = (context: KeyContext): readonly string[] =>
  (context.view.cockpit.open?.describes ?? []).filter(
    (source) => formatBlockedReason(context, source, 'events') === undefined,
  );

/** The source and namespace of the selected row; of a row without a namespace only its source. */
const selectedScope = ({ row }: KeyContext): { readonly source?: string; readonly namespace?: string } => {
  if (row?.subject?.kind === 'workloads') return row.subject.fact;
  if (row?.subject?.kind === 'nodes') return { source: row.subject.fact.source };
  return row?.fields ?? {};
};

/** The first namespace of a source: the one of the profile, '*' for all, '' for that of its context. */
const firstNamespace = ({ view }: KeyContext, source: string): string =>
  view.cockpit.open?.namespaces?.[source]?.[0] ?? '';

/** `:events [NAMESPACE]`: by default the namespace of the selected row, otherwise the first one of the source. */
export const eventsCommandItems = (context: KeyContext): readonly PaletteItem[] => {
  const [first] = sourcesWithEvents(context);
  return [
    {
      id: 'events',
      text: 'events of the namespace, newest first',
      command: 'events',
      argumentHint: 'namespace',
      ...(first === undefined
        ? { whyNot: 'no source provides events: add a source of type kubernetes' }
        : {}),
      run: (now, rest) => {
        const sources = sourcesWithEvents(now);
        const { source: own = '', namespace } = selectedScope(now);
        const source = sources.includes(own) ? own : sources[0];
        if (source === undefined) return;
        const inRow = source === own && namespace !== '' ? namespace : undefined;
        const typed = rest.trim();
        openReader(
          now,
          subjectOf(source, typed === '' ? (inRow ?? firstNamespace(now, source)) : typed),
          'events',
        );
      },
    },
  ];
};
