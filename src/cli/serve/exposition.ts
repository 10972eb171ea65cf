import { levelRank } from '../../domain/facts/level.ts';
import { type LevelsReport, sourceStates } from './levels-report.ts';

/** The media type of the format. Source: Prometheus, Exposition formats, text format 0.0.4. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Labels; readonly value: number }[];
}

const escapedHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapedValue = (text: string): string => escapedHelp(text).replaceAll('"', '\\"');

const sampleLine = (name: string, labels: Labels, value: number): string => {
  const parts = Object.entries(labels).map(([label, text]) => `${label}="${escapedValue(text)}"`);
  return `${name}${parts.length === 0 ? '' : `{${parts.join(',')}}`} ${value}`;
};

const familyLines = ({ name, help, samples }: Family): readonly string[] =>
  samples.length === 0
    ? []
    : [
        `# HELP ${name} ${escapedHelp(help)}`,
        `# TYPE ${name} gauge`,
        ...samples.map(({ labels, value }) => sampleLine(name, labels, value)),
      ];

/** One sample for each possible state, 1 for the current one: so that unknown is a state, and no number stands for it. */
const stateSet = (labels: Labels, label: string, states: readonly string[], current: string) =>
  states.map((state) => ({ labels: { ...labels, [label]: state }, value: Number(state === current) }));

const levels = Object.keys(levelRank);

/** A sample for each item with a number; an unknown number has no sample. */
const known = <T>(
  items: readonly T[],
  labels: (item: T) => Labels,
  value: (item: T) => number | null,
): Family['samples'] =>
  items.flatMap((item) => {
    const number = value(item);
    return number === null ? [] : [{ labels: labels(item), value: number }];
  });

const familiesOf = (report: LevelsReport, version: string): readonly Family[] => {
  const where = { system: report.system, env: report.env };
  const ofSignal = ({ id, source }: { id: string; source: string }): Labels => ({
    ...where,
    signal: id,
    source,
  });
  const ofSource = ({ id, type }: { id: string; type: string }): Labels => ({ ...where, source: id, type });
  return [
    { name: 'opsdeck_build_info', help: 'Version of opsdeck.', samples: [{ labels: { version }, value: 1 }] },
    {
      name: 'opsdeck_environment_level',
      help: 'Worst level of the environment: 1 for the current level, 0 for the others.',
      samples: stateSet(where, 'level', levels, report.level),
    },
    {
      name: 'opsdeck_signal_level',
      help: 'Worst level of the series of a signal: 1 for the current level, 0 for the others.',
      samples: report.signals.flatMap((signal) => stateSet(ofSignal(signal), 'level', levels, signal.level)),
    },
    {
      name: 'opsdeck_signal_value',
      help: 'Value of a signal with one numeric series, in the unit of the profile. Absent while the value is unknown.',
      samples: known(report.signals, ofSignal, ({ value }) => value),
    },
    {
      name: 'opsdeck_signal_series',
      help: 'Number of series of a signal with a current value. Absent if no series has one.',
      samples: known(report.signals, ofSignal, ({ series }) => series),
    },
    {
      name: 'opsdeck_signal_age_seconds',
      help: 'Age of the oldest value of a signal. Absent before the first reading.',
      samples: known(report.signals, ofSignal, ({ ageSeconds }) => ageSeconds),
    },
    {
      name: 'opsdeck_service_level',
      help: 'Worst level of the health, circuit breakers and pools of a service: 1 for the current level, 0 for the others.',
      samples: report.services.flatMap(({ service, level }) =>
        stateSet({ ...where, service }, 'level', levels, level),
      ),
    },
    {
      name: 'opsdeck_services_dropped',
      help: 'Number of services that are not exported, because there are too many.',
      samples: [{ labels: where, value: report.droppedServices }],
    },
    {
      name: 'opsdeck_rows',
      help: 'Number of rows by kind and level. Absent until the first reading. A lower bound while opsdeck_kind_complete is 0.',
      samples: report.kinds.flatMap(({ kind, rows }) =>
        Object.entries(rows ?? {}).map(([level, value]) => ({ labels: { ...where, kind, level }, value })),
      ),
    },
    {
      name: 'opsdeck_kind_complete',
      help: '1 when every source of a kind has current data and no fault, 0 otherwise.',
      samples: report.kinds.map(({ kind, complete }) => ({
        labels: { ...where, kind },
        value: Number(complete),
      })),
    },
    {
      name: 'opsdeck_source_state',
      help: 'State of a source: 1 for the current state, 0 for the others.',
      samples: report.sources.flatMap((source) =>
        stateSet(ofSource(source), 'state', sourceStates, source.state),
      ),
    },
    {
      name: 'opsdeck_source_faults',
      help: 'Number of current faults of a source, by kind.',
      samples: report.sources.flatMap((source) =>
        Object.entries(source.faults).map(([fault, value]) => ({
          labels: { ...ofSource(source), fault },
          value,
        })),
      ),
    },
    {
      name: 'opsdeck_source_age_seconds',
      help: 'Age of the oldest reading of a source. Absent before the first reading.',
      samples: known(report.sources, ofSource, ({ ageSeconds }) => ageSeconds),
    },
  ];
};

/** Formats a masked report as Prometheus text. */
export const exposition = (report: LevelsReport, version: string): string =>
  `${familiesOf(report, version).flatMap(familyLines).join('\n')}\n`;
