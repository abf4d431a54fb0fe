#!/usr/bin/python3
# worrybox rules check, test, explain, stats: for the people who write rules.
import os
import pty
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from school import *


def tool(folder, *args):
    """What `worrybox rules ARGS` says about the rules below a folder: exit code, stdout, stderr."""
    done = subprocess.run([PROGRAM, "-C", folder, "rules", *args], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def folder_of(text):
    folder = tempfile.mkdtemp(prefix="rules-")
    os.mkdir(os.path.join(folder, "rules"))
    with open(os.path.join(folder, "rules", "10-a.rules"), "w", encoding="utf-8") as file:
        file.write(text)
    return folder


def test_check_errors(t):
    folder = folder_of("rule a\n    phrase  x\n    pattern  é(me\nrule b\n    phrse  y\n")
    code, out, err = tool(folder, "check")
    t.same(code, 78, "errors: exit 78")
    t.has(out, ["rules/10-a.rules:3:19: missing closing parenthesis",
                'rules/10-a.rules:5: unknown key "phrse", did you mean "phrase"?'], "all of them")
    lines = out.splitlines()
    at = next(i for i, line in enumerate(lines) if ":3:19:" in line)
    t.same(lines[at + 1:at + 3], ["        pattern  é(me", " " * 21 + "^"], "with a caret below the place")
    t.lacks(out, "\033", "no colour where nobody looks on")
    t.ok("to put right" in err, "and how many", err)
    code, out, _ = tool(folder, "check", "--json")
    found = {(row["line"], row["column"], row["warning"]) for row in map(json.loads, out.splitlines())}
    t.ok({(3, 19, False), (5, 0, False)} <= found, "as JSON", found)
    shutil.rmtree(folder)


def test_colour(t):
    folder = folder_of("rule a\n    pattern  (\n")
    parent, child = pty.openpty()
    subprocess.run([PROGRAM, "-C", folder, "rules", "check"], stdout=child, stderr=subprocess.DEVNULL)
    os.close(child)
    t.ok(b"\033[31m" in os.read(parent, 10000), "colour on a terminal")
    os.close(parent)
    shutil.rmtree(folder)


def test_check_warnings(t):
    folder = folder_of("""rule a
    severity  urgent
    phrase    end it
    phrase    want to end it all
    phrase    bus stop
    unless    bus
    pattern   (x+x+)+y
    pattern   \\bfine and (?:dandy|good)\\b
rule b
    phrase    please end it
rule c
    phrase    a cup of tea
""")
    code, out, _ = tool(folder, "check")
    t.same(code, 0, "warnings: exit 0")
    t.has(out, 'rules/10-a.rules:4: warning: wherever this phrase stands, "phrase end it" (line 3) '
               'speaks already', "a phrase that another swallows")
    t.has(out, 'rules/10-a.rules:5: warning: this phrase can never count: "unless bus" (line 6)',
          "a phrase that can never count")
    t.has(out, "rules/10-a.rules:7: warning: this pattern can be kept busy", "a pattern that stalls")
    t.has(out, "rules/10-a.rules:9: warning: rule b never decides: wherever it speaks, rule a",
          "a rule that never decides")
    t.same(out.count("warning"), 4, "and nothing else")
    shutil.rmtree(folder)


def test_test(t):
    folder = folder_of("rule tea\n    severity  high\n    phrase  tea\n    hit  a cup of tea\n    miss  coffee\n"
                       "rule cup\n    phrase  cup\n")
    t.same(tool(folder, "test")[:2], (0, "2 rules with 2 hits and misses: all well\n"), "hits and misses")
    letters = os.path.join(folder, "letters")
    with open(letters, "w", encoding="utf-8") as file:
        file.write("# label: letter\n\ntea: a cup of tea\ntea: green water\nnone: a tea: no thanks\n"
                   "none: hello\ncup: a cup of tea\ntea: a cup\nhigh: tea\nhigh: cup\n")
    code, out, _ = tool(folder, "test", letters, "--json")
    table = {(row["label"], row["said"]): row["letters"] for row in map(json.loads, out.splitlines())}
    t.same(table, {("tea", "tea"): 1, ("tea", "none"): 1, ("tea", "cup"): 1, ("none", "tea"): 1,
                   ("none", "none"): 1, ("cup", "cup"): 1, ("high", "high"): 1, ("high", "normal"): 1},
           "labelled letters: a confusion table")
    code, out, _ = tool(folder, "test", letters)
    t.ok("tea                  none                       1 *" in out, "and in columns", out)
    with open(letters, "w", encoding="utf-8") as file:
        file.write("tea: x\nte: y\nz\n")
    code, _, err = tool(folder, "test", letters)
    t.same([code, "letters:2:" in err, "letters:3:" in err], [65, True, True], "what is wrong with it")
    shutil.rmtree(folder)


def test_explain_the_moment(t):
    """Of the moment nothing is known without a run; what is assumed is said."""
    folder = folder_of("rule tea\n    title Tea\n    phrase tea\n    when  hours 22:00-06:00\n"
                       "rule new\n    title New\n    when  first letter\n")
    plain = folder_of("rule tea\n    title Tea\n    phrase tea\n    when  shorter than 9 words\n")
    _, out, _ = tool(folder, "explain", "--text", "a cup of tea")
    t.has(out, ["when hours 22:00-06:00 (not known here: taken to hold)",
                "New may speak, or not: when first letter cannot be said here",
                "Nothing is known here of the moment a letter comes in"], "in words")
    _, out, _ = tool(folder, "explain", "--json", "--text", "a cup of tea")
    said = {rule["rule"]: rule for rule in json.loads(out)["rules"]}
    t.same([said["tea"]["unknown"], said["new"]["unknown"], said["new"]["speaks"]],
           [["hours 22:00-06:00"], ["first letter"], False], "and for programs")
    _, out, _ = tool(plain, "explain", "--text", "a cup of tea")
    t.lacks(out, "Nothing is known", "control: nothing is said where all is known")
    shutil.rmtree(folder)
    shutil.rmtree(plain)


def test_explain(t):
    folder = folder_of("rule a\n    threshold  2\n    phrase  cup\n    phrase  mug\n"
                       "rule b\n    phrase  tea\n    unless  green\n    near  3 hot / water\n"
                       "    when  longer than 50 words\n")
    _, out, _ = tool(folder, "explain", "--text", "a cup of green tea, not so hot")
    t.has(out, ["a nearly speaks: what it found weighs 1 of 2", 'Only half of a line of b: "hot"',
                'Not counted for b: "tea", because "green" stands in the same sentence'],
          "what nearly spoke")
    _, out, _ = tool(folder, "explain", "--text", "tea")
    t.has(out, "b nearly speaks, but not: when longer than 50 words", "and a condition that fails")
    _, out, _ = tool(folder, "explain", "--json", "--text", "tea")
    t.same(json.loads(out)["rules"][0]["fails"], "longer than 50 words", "the same as JSON")
    shutil.rmtree(folder)


def test_stats(t):
    with Site() as site:
        site.put("rules/99-a.rules", "rule tea\n phrase tea\nrule cup\n phrase cup\n")
        for number in range(6):
            site.write(f"P{number} <p{number}@hillside.example>", "tea" if number else "tea and a cup")
        site.run()
        out = site.call("rules", "stats").out
        rows = dict(line.split(None, 1) for line in out.splitlines())
        t.same([rows["tea"], rows["cup"], rows["undecided"]], ["6", "fewer than 5", "fewer than 5"],
               "cases by category, small numbers left out")
        rows = {row["category"]: row["cases"] for row in
                map(json.loads, site.call("rules", "stats", "--json").out.splitlines())}
        t.same([rows["tea"], rows["cup"]], [6, None], "the same as JSON")
        t.lacks(out, ["p1@", "and a"], "and no text")


scenarios(globals())
