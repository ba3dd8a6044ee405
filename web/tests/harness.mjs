// A test is a name and a function that throws. The last line is one that `cargo xtask test` counts.

let passed = 0;
let failed = 0;

export async function test(name, work) {
  // ONLY='storm is there|map' runs those whose names fit; what they build on has to be among them.
  if (process.env.ONLY && !new RegExp(process.env.ONLY).test(name)) return;
  const begun = Date.now();
  try {
    await work();
    passed += 1;
    console.log(`ok   ${name} (${Date.now() - begun} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n${error?.stack ?? error}`);
  }
}

export function end() {
  console.log(`test result: ${failed ? 'FAILED' : 'ok'}. ${passed} passed; ${failed} failed; 0 ignored`);
  process.exitCode = failed ? 1 : 0;
}
