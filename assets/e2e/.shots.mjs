import { chromium } from "@playwright/test";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
const root="/work/main/";
const child = spawn(root+"target/release/skirmish", ["serve","--listen","127.0.0.1:0","--bots","8","--log-level","warn"], {cwd:root,stdio:["ignore","pipe","inherit"]});
let url;
for await (const l of createInterface({input:child.stdout})) { const m=/^game (http:\/\/\S+?)\/?$/.exec(l); if(m){url=m[1];break;} }
const browser = await chromium.launch({executablePath:"/usr/bin/chromium",args:["--no-sandbox","--disable-gpu","--disable-quic"]});
for (const [w,h] of [[1280,720],[390,844]]) {
  const ctx = await browser.newContext({viewport:{width:w,height:h}});
  const page = await ctx.newPage();
  page.on("console",m=>console.log("console",m.type(),m.text())); page.on("pageerror",e=>console.log("pageerror",e));
  const shot = n => page.screenshot({path:`/tmp/e2e-shots/${n}-${w}.png`});
  await page.route("**/api/join", async r=>{ await new Promise(f=>setTimeout(f,800)); await r.continue(); });
  await page.goto(url+"/?name=Ada"); await page.waitForTimeout(300); await shot("connecting");
  await page.waitForFunction(()=>document.body.dataset.state==="open");
  await page.waitForTimeout(4000); await shot("playing");
  await page.keyboard.press("F3"); await page.keyboard.press("Enter"); await page.keyboard.type("hello there"); await page.waitForTimeout(500); await shot("chatopen");
  await page.keyboard.press("Enter"); await page.waitForTimeout(500); await shot("chat-net");
  await page.waitForFunction(()=>{const m=arena; const f=m.entities("Fighter").find(f=>f.seat===m.seat); return f && !f.alive;},null,{timeout:60000}).catch(()=>console.log("never died"));
  await page.waitForTimeout(300); await shot("dead");
  if (w===390) { child.kill("SIGTERM"); await page.waitForTimeout(700); await shot("stopped"); await page.waitForTimeout(6000); await shot("stopped2");
   await page.evaluate(()=>arena.close()); await page.waitForTimeout(200); await shot("closed"); }
  else { await page.click("#rename"); await page.waitForTimeout(300); await shot("rename"); }
  console.log(JSON.stringify(await page.evaluate(()=>arena.figures)));
  await ctx.close();
}
await browser.close(); child.kill();
