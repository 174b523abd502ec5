/** Nominal types over primitives: parsed once at the edge, trusted inside. */
declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
