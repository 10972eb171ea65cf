/** The part of a component in a bill of materials that is used here. */
export interface Component {
  readonly name: string;
  readonly version: string;
  readonly scope?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  readonly hashes?: readonly { readonly alg: string }[];
}

/** The part of npm's bill of materials that is used here. */
export interface Bill {
  readonly bomFormat: string;
  readonly serialNumber?: string;
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> };
  readonly components: readonly Component[];
}

/** Property with which npm marks development packages. */
export const developmentMark = 'cdx:npm:package:development';

/**
 * A bill of materials without varying data: serial number, time, npm version, and the directory name, which is replaced with the
 * package name.
 */
export const reproducible = ({ serialNumber: _, metadata, ...rest }: Bill, name: string): Bill => ({
  ...rest,
  metadata: { component: { ...metadata.component, name } },
});

/** `bundled` (name@version) packages are part of the product, although npm lists them as development dependencies. */
export const withBundled = (bill: Bill, bundled: ReadonlySet<string>): Bill => ({
  ...bill,
  components: bill.components.map((component) =>
    bundled.has(`${component.name}@${component.version}`)
      ? {
          ...component,
          scope: 'required',
          properties: (component.properties ?? []).filter((property) => property.name !== developmentMark),
        }
      : component,
  ),
});
