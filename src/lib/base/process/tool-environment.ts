/** The part of the environment that a program gets; nothing else is passed on. */
export type ToolEnvironment = Readonly<Record<string, string>>;
