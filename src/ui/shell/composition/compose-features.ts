import type { FactKind } from '../../../domain/facts/facts.ts';
import { derivedFromKinds, factKinds, kindOf } from '../../../kinds/registry/registry.ts';
import type { Dialogs } from '../contract/dialog.ts';
import type { Feature, Features, FindingCounts, PaneRegistry } from '../contract/features.ts';
import type { Pane } from '../contract/pane.ts';
import { isolatePane } from '../panes/isolate.ts';
import { createKindPane } from '../panes/kind-pane.ts';

/** Composes the panes of the features, and generates those of the other kinds. */
const composePanes = (list: readonly Feature[], initial: Pane): PaneRegistry => {
  const builtIn = list.flatMap(({ environmentPanes = [] }) => environmentPanes);
  const others = list.flatMap(({ panes = [] }) => panes);
  const generated = derivedFromKinds((): readonly Pane[] =>
    factKinds()
      .filter((name) => !builtIn.some(({ kind }) => kind === name))
      .map((name) => createKindPane(kindOf<FactKind>(name), name)),
  );
  const ofEnvironment = derivedFromKinds((): readonly Pane[] =>
    [...builtIn, ...generated()].map(isolatePane),
  );
  const all = derivedFromKinds((): readonly Pane[] => [...ofEnvironment(), ...others.map(isolatePane)]);
  return {
    all,
    ofEnvironment,
    generated,
    byId: (id) => all().find((pane) => pane.id === id) ?? initial,
    ofKind: (wantedFeedKind) => ofEnvironment().find(({ kind }) => kind === wantedFeedKind),
    initial,
  };
};

const noFindings: FindingCounts = { ok: 0, warn: 0, crit: 0, unknown: 0, pending: 0 };

/** Composes the features of the program. `initial`: the pane that has the focus at start. */
export const composeFeatures = (list: readonly Feature[], initial: Pane): Features => {
  const dialogs: Dialogs = Object.assign({}, ...list.map((feature) => feature.dialogs ?? {}));
  const header = list.flatMap((feature) => feature.header ?? []);
  return {
    panes: composePanes(list, initial),
    dialogs,
    initialState: Object.assign({}, ...list.map(({ state }) => state ?? {})),
    keys: (place) => list.flatMap(({ keys }) => keys?.[place] ?? []),
    commands: (context) => list.flatMap((feature) => feature.commands?.(context) ?? []),
    marks: (place, view) => list.flatMap(({ status }) => status?.[place]?.(view) ?? []),
    header: {
      countFindings: (view) =>
        header.find(({ countFindings }) => countFindings !== undefined)?.countFindings?.(view) ?? noFindings,
      incident: (view, room) => header.flatMap(({ incident }) => incident?.(view, room) ?? []),
      strip: (view) => header.find(({ strip }) => strip !== undefined)?.strip?.(view),
      onCall: (view) => header.flatMap(({ onCall }) => onCall?.(view) ?? []),
    },
    services: Object.assign({}, ...list.map(({ services }) => services ?? {})),
    runCard: list.find(({ runCard }) => runCard !== undefined)?.runCard,
    openedRow: list.find(({ openedRow }) => openedRow !== undefined)?.openedRow,
    explainWorst: (view) => list.find(({ explainWorst }) => explainWorst !== undefined)?.explainWorst?.(view),
    explainCause: (view, pane, row) =>
      list.find(({ explainCause }) => explainCause !== undefined)?.explainCause?.(view, pane, row),
    emptyBody: (view, height) =>
      list.find(({ emptyBody }) => emptyBody !== undefined)?.emptyBody?.(view, height),
    isTourShown: (ui) => list.some(({ tour }) => tour?.isShown(ui) === true),
    tourBox: (view) => list.find(({ tour }) => tour !== undefined)?.tour?.box(view),
    follow: (parts) => list.flatMap((feature) => feature.follow?.(parts) ?? []),
    record: (parts) => list.flatMap((feature) => feature.record?.(parts) ?? []),
    watchKey: (model) => {
      const seen = list.flatMap((feature) => feature.watchKey?.(model) ?? []);
      return (context) => {
        for (const see of seen) see(context);
      };
    },
  };
};
