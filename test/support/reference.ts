const everyMs = 2000;

/** A fixed amount of work like that of the tests: objects, strings, maps, sorting. About 5 ms of a fast processor. */
const work = (): number => {
  const rows = Array.from({ length: 4000 }, (_, index) => ({
    name: `row ${(index * 7919) % 4000}`,
    value: index,
  }));
  const parsed: typeof rows = JSON.parse(JSON.stringify(rows));
  const byName = new Map(parsed.map((row) => [row.name, row]));
  const sorted = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.reduce((sum, { value }, index) => sum + value * index, 0);
};

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * Measures the speed of the machine while something else runs: the processor time of a fixed amount of work, repeated
 * every two seconds. Dividing by it makes runs on a fast, a slow and a busy machine comparable.
 */
export const createReference = () => {
  const samples: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  const sample = (): void => {
    const began = cpuMs();
    work();
    samples.push(cpuMs() - began);
  };
  return {
    start: (): void => {
      // The first ones are compiled.
      for (let warm = 0; warm < 10; warm += 1) work();
      sample();
      timer = setInterval(sample, everyMs).unref();
    },
    /** Returns the processor time of the work in ms, the median of all samples. */
    stop: (): number => {
      clearInterval(timer);
      sample();
      return medianOf(samples);
    },
  };
};
