/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_plan_refused.c: the exact sentence for everything that is refused in
 * a configuration.
 */
#include "plan_example.h"

static const struct {
	enum level level;
	const char *key, *value; /* NULL: the key is taken out */
	const char *sentence;
} shapes[] = {
	{ CONFIG, "state", "7",
	    "state: 7 is a whole number, a string is needed" },
	{ CONFIG, "tftp-root", "null",
	    "tftp-root: null is no value, a string is needed" },
	{ CONFIG, "tftp-servers", "\"192.0.2.10\"",
	    "tftp-servers: \"192.0.2.10\" is a string, a list is needed" },
	{ CONFIG, "tftp-servers", "[ 10 ]",
	    "tftp-servers[0]: 10 is a whole number, a string is needed" },
	{ CONFIG, "tftp-servers", "[ \"bad\", [] ]",
	    "tftp-servers[1]: [...] is a list, a string is needed" },
	{ CONFIG, "tftp-server-name", "[ \"a\" ]",
	    "tftp-server-name: [...] is a list, a string is needed" },
	{ CONFIG, "client-class", "{}",
	    "client-class: {...} is an object, a string is needed" },
	{ CONFIG, "send-options", "true",
	    "send-options: true is a truth value, a string is needed" },
	{ CONFIG, "option-audit", "false",
	    "option-audit: false is a truth value, a string is needed" },
	{ CONFIG, "stuck-after", "3.5",
	    "stuck-after: 3.5 is a number with decimals, "
	    "a whole number is needed" },
	{ CONFIG, "attempt-window", "20.0",
	    "attempt-window: 20.0 is a number with decimals, "
	    "a whole number is needed" },
	{ CONFIG, "silent-after", "\"3\"",
	    "silent-after: \"3\" is a string, a whole number is needed" },
	{ CONFIG, "hold-down", "null",
	    "hold-down: null is no value, a whole number is needed" },
	{ CONFIG, "max-active", "[]",
	    "max-active: [...] is a list, a whole number is needed" },
	{ CONFIG, "plans", "{}",
	    "plans: {...} is an object, a list is needed" },
	{ CONFIG, "plans", "[ \"7906\" ]",
	    "plans[0]: \"7906\" is a string, an object is needed" },
	{ PLAN, "name", "7906",
	    "plans[0].name: 7906 is a whole number, a string is needed" },
	{ PLAN, "models", "\"7906\"",
	    "plans[0].models: \"7906\" is a string, a list is needed" },
	{ PLAN, "models", "[ \"7911\", 7906 ]",
	    "plans[0].models[1]: 7906 is a whole number, a string is needed" },
	{ PLAN, "macs", "{}",
	    "plans[0].macs: {...} is an object, a list is needed" },
	{ PLAN, "macs", "[ null ]",
	    "plans[0].macs[0]: null is no value, a string is needed" },
	{ PLAN, "strategy", "1",
	    "plans[0].strategy: 1 is a whole number, a string is needed" },
	{ PLAN, "stages", "\"sip\"",
	    "plans[0].stages: \"sip\" is a string, a list is needed" },
	{ PLAN, "stages", "[ \"sip\" ]",
	    "plans[0].stages[0]: \"sip\" is a string, an object is needed" },
	{ PLAN, "finished", "[]",
	    "plans[0].finished: [...] is a list, an object is needed" },
	{ STAGE, "name", "1",
	    "plans[0].stages[1].name: 1 is a whole number, "
	    "a string is needed" },
	{ STAGE, "directory", "[]",
	    "plans[0].stages[1].directory: [...] is a list, "
	    "a string is needed" },
	{ STAGE, "config", "null",
	    "plans[0].stages[1].config: null is no value, "
	    "a string is needed" },
	{ STAGE, "tftp-servers", "{}",
	    "plans[0].stages[1].tftp-servers: {...} is an object, "
	    "a list is needed" },
	{ STAGE, "tftp-server-name", "1",
	    "plans[0].stages[1].tftp-server-name: 1 is a whole number, "
	    "a string is needed" },
	{ FINISHED, "tftp-servers", "[ 1 ]",
	    "plans[0].finished.tftp-servers[0]: 1 is a whole number, "
	    "a string is needed" },
	{ FINISHED, "tftp-server-name", "{}",
	    "plans[0].finished.tftp-server-name: {...} is an object, "
	    "a string is needed" },
	/* keys that nobody knows */
	{ CONFIG, "plan", "[]", "plan: unknown key; did you mean \"plans\"?" },
	{ CONFIG, "STUCK_AFTER", "3",
	    "STUCK_AFTER: unknown key; did you mean \"stuck-after\"?" },
	{ CONFIG, "silentafter", "3",
	    "silentafter: unknown key; did you mean \"silent-after\"?" },
	{ CONFIG, "tftp-server", "[]",
	    "tftp-server: unknown key; did you mean \"tftp-servers\"?" },
	{ CONFIG, "tftp-servername", "[]",
	    "tftp-servername: unknown key; "
	    "did you mean \"tftp-server-name\"?" },
	{ CONFIG, "directory", "\"x\"",
	    "directory: unknown key; did you mean \"state\"?" },
	{ PLAN, "model", "[]",
	    "plans[0].model: unknown key; did you mean \"models\"?" },
	{ PLAN, "mac", "[]",
	    "plans[0].mac: unknown key; did you mean \"macs\"?" },
	{ PLAN, "stage", "[]",
	    "plans[0].stage: unknown key; did you mean \"stages\"?" },
	{ STAGE, "directorry", "\"x\"",
	    "plans[0].stages[1].directorry: unknown key; "
	    "did you mean \"directory\"?" },
	{ STAGE, "finished", "{}",
	    "plans[0].stages[1].finished: unknown key; "
	    "did you mean \"name\"?" },
	{ FINISHED, "directory", "\"x\"",
	    "plans[0].finished.directory: unknown key; "
	    "did you mean \"tftp-servers\"?" },
	{ STAGE, "", "1",
	    "plans[0].stages[1].\"\": unknown key; did you mean \"name\"?" },
	{ PLAN, "a.b[0]\x1b\n", "1",
	    "plans[0].\"a.b[0]\\u001b\\u000a\": unknown key; "
	    "did you mean \"name\"?" },
};

START_TEST(shape_is_refused)
{
	refused_with(shapes[_i].level, shapes[_i].key, shapes[_i].value,
	    SL_SHAPE, shapes[_i].sentence);
}
END_TEST

static const struct {
	const char *json, *sentence;
} no_json[] = {
	{ "", "parameters: no JSON in line 1, column 0: "
	      "'[' or '{' expected near end of file" },
	{ "[]", "parameters: [...] is a list, an object is needed" },
	{ "3", "parameters: no JSON in line 1, column 1: "
	       "'[' or '{' expected near '3'" },
	{ "{} x", "parameters: no JSON in line 1, column 4: "
	          "end of file expected near 'x'" },
	{ "{}{}", "parameters: no JSON in line 1, column 3: "
	          "end of file expected near '{'" },
	{ "{\n \"state\": \"/a\",\n \"state\": \"/b\" }",
	    "parameters: no JSON in line 3, column 8: "
	    "duplicate object key near '\"state\"'" },
	{ "{ \"state\": \"/a\\u0000b\" }",
	    "parameters: line 1, column 22: a NUL (\\u0000) in a string" },
	{ "{ \"state\":\n }", "parameters: no JSON in line 2, column 2: "
	                      "unexpected token near '}'" },
	{ "{\"x\":\"\xc3\xa9\n\"}", "parameters: no JSON in line 1, column 7: "
	                            "unexpected newline near '\"?\?'" },
	{ "{ \"a\": \"\x1b[2J\" }", "parameters: no JSON in line 1, column 8: "
	                            "control character 0x1b near '\"'" },
};

START_TEST(no_json_is_refused)
{
	refused(no_json[_i].json, SL_SHAPE, no_json[_i].sentence);
}
END_TEST

static const struct {
	enum level level;
	const char *key, *value; /* NULL: the key is taken out */
	const char *sentence;
} values[] = {
	{ CONFIG, "state", "\"var/lib\"",
	    "state: \"var/lib\" is not an absolute path" },
	{ CONFIG, "state", "\"\"", "state: \"\" is not an absolute path" },
	{ CONFIG, "state", "\"/a\\n\"",
	    "state: \"/a\\u000a\" holds a control character" },
	{ CONFIG, "tftp-root", "\"srv/tftp\"",
	    "tftp-root: \"srv/tftp\" is not an absolute path" },
	{ CONFIG, "tftp-root", "\"\"",
	    "tftp-root: \"\" is not an absolute path" },
	{ CONFIG, "tftp-servers", NULL, "tftp-servers: missing" },
	{ CONFIG, "tftp-servers", "[]",
	    "tftp-servers: 0 addresses are not between 1 and 63" },
	{ CONFIG, "tftp-servers", "[ \"192.0.2.1\", \"192.0.2.300\" ]",
	    "tftp-servers[1]: \"192.0.2.300\" is not an IPv4 address" },
	{ CONFIG, "tftp-servers", "[ \"2001:db8::1\" ]",
	    "tftp-servers[0]: \"2001:db8::1\" is not an IPv4 address" },
	{ CONFIG, "tftp-servers", "[ \"tftp.example\" ]",
	    "tftp-servers[0]: \"tftp.example\" is not an IPv4 address" },
	{ CONFIG, "tftp-servers", "[ \"\" ]",
	    "tftp-servers[0]: \"\" is not an IPv4 address" },
	{ CONFIG, "tftp-servers", "[ \"192.0.2.1, 192.0.2.2\" ]",
	    "tftp-servers[0]: \"192.0.2.1, 192.0.2.2\" "
	    "is not an IPv4 address" },
	{ CONFIG, "tftp-servers", "[ \"192.0.2.1\", \"127.0.0.1\" ]",
	    "tftp-servers[1]: 127.0.0.1 is the phone itself (loopback), "
	    "not a TFTP server's" },
	{ CONFIG, "tftp-server-name", "\"\"",
	    "tftp-server-name: \"\" is empty" },
	{ CONFIG, "tftp-server-name", "\"a b\"",
	    "tftp-server-name: \"a b\" holds a blank" },
	{ CONFIG, "tftp-server-name", "\"tftp\\t\"",
	    "tftp-server-name: \"tftp\\u0009\" is not printable ASCII" },
	{ CONFIG, "tftp-server-name", "\"t\xc3\xbc.example\"",
	    "tftp-server-name: \"t\xc3\xbc.example\" is not printable ASCII" },
	{ CONFIG, "client-class", "\"\"", "client-class: \"\" is empty" },
	{ CONFIG, "client-class", "\"a\\u007f\"",
	    "client-class: \"a\\u007f\" holds a control character" },
	{ CONFIG, "send-options", "\"sometimes\"",
	    "send-options: \"sometimes\" is neither \"always\" "
	    "nor \"requested\"" },
	{ CONFIG, "send-options", "\"Always\"",
	    "send-options: \"Always\" is neither \"always\" "
	    "nor \"requested\"" },
	{ CONFIG, "option-audit", "\"on\"",
	    "option-audit: \"on\" is neither \"repair\", \"warn\" "
	    "nor \"off\"" },
	/* plans */
	{ PLAN, "name", NULL, "plans[0].name: missing" },
	{ PLAN, "name", "\"\"", "plans[0].name: \"\" is empty" },
	{ PLAN, "name", "\" x\"",
	    "plans[0].name: \" x\" begins or ends with a blank" },
	{ PLAN, "name", "\"x \"",
	    "plans[0].name: \"x \" begins or ends with a blank" },
	{ PLAN, "name", "\"x\\u0085\"",
	    "plans[0].name: \"x\\u0085\" holds a control character" },
	{ PLAN, "models", NULL,
	    "plans[0]: neither \"models\" nor \"macs\" names a phone" },
	{ PLAN, "models", "[]",
	    "plans[0]: neither \"models\" nor \"macs\" names a phone" },
	{ PLAN, "models", "[ \"79O6\" ]",
	    "plans[0].models[0]: \"79O6\" is not a model number" },
	{ PLAN, "models", "[ \"7906\", \"0000\" ]",
	    "plans[0].models[1]: \"0000\" is not a model number" },
	{ PLAN, "models", "[ \"7906G\" ]",
	    "plans[0].models[0]: \"7906G\" is not a model number" },
	{ PLAN, "models", "[ \"790\" ]",
	    "plans[0].models[0]: \"790\" is not a model number" },
	{ PLAN, "models", "[ \"+790\" ]",
	    "plans[0].models[0]: \"+790\" is not a model number" },
	{ PLAN, "strategy", "\"clim\"",
	    "plans[0].strategy: \"clim\" is neither \"climb\" "
	    "nor \"probe\"" },
	{ PLAN, "stages", NULL, "plans[0].stages: missing" },
	{ PLAN, "stages", "[]",
	    "plans[0].stages: 0 stages are not between 1 and 16" },
	{ PLAN, "stages", "[ {} ]", "plans[0].stages[0].name: missing" },
	/* stages */
	{ STAGE, "name", NULL, "plans[0].stages[1].name: missing" },
	{ STAGE, "name", "\"\"", "plans[0].stages[1].name: \"\" is empty" },
	{ STAGE, "name", "\"bridge\"",
	    "plans[0].stages[1].name: \"bridge\" "
	    "is the name of stages[0] already" },
	{ STAGE, "directory", NULL, "plans[0].stages[1].directory: missing" },
	{ STAGE, "directory", "\"sccp-8.5.2\"",
	    "plans[0].stages[1].directory: \"sccp-8.5.2\" "
	    "is the directory of stages[0] already" },
	{ STAGE, "directory", "\"../etc\"",
	    "plans[0].stages[1].directory: \"../etc\" leaves the TFTP root" },
	{ STAGE, "directory", "\"..\"",
	    "plans[0].stages[1].directory: \"..\" leaves the TFTP root" },
	{ STAGE, "directory", "\"a/../b\"",
	    "plans[0].stages[1].directory: \"a/../b\" "
	    "has a component \"..\"" },
	{ STAGE, "directory", "\"a/..\"",
	    "plans[0].stages[1].directory: \"a/..\" "
	    "has a component \"..\"" },
	{ STAGE, "directory", "\"./a\"",
	    "plans[0].stages[1].directory: \"./a\" has a component \".\"" },
	{ STAGE, "directory", "\".\"",
	    "plans[0].stages[1].directory: \".\" has a component \".\"" },
	{ STAGE, "directory", "\"a//b\"",
	    "plans[0].stages[1].directory: \"a//b\" has an empty component" },
	{ STAGE, "directory", "\"a/\"",
	    "plans[0].stages[1].directory: \"a/\" has an empty component" },
	{ STAGE, "directory", "\"\"",
	    "plans[0].stages[1].directory: \"\" is empty" },
	{ STAGE, "directory", "\"/srv/tftp/a\"",
	    "plans[0].stages[1].directory: \"/srv/tftp/a\" "
	    "is not relative to the TFTP root" },
	{ STAGE, "directory", "\"a\\u001b[2Jb\"",
	    "plans[0].stages[1].directory: \"a\\u001b[2Jb\" "
	    "holds a control character" },
	{ STAGE, "config", "\"../bridge.cnf.xml\"",
	    "plans[0].stages[1].config: \"../bridge.cnf.xml\" "
	    "leaves the stage's directory" },
	{ STAGE, "config", "\"/bridge.cnf.xml\"",
	    "plans[0].stages[1].config: \"/bridge.cnf.xml\" "
	    "is not relative to the stage's directory" },
	{ STAGE, "config", "\"\"", "plans[0].stages[1].config: \"\" is empty" },
	{ STAGE, "tftp-servers", "[]",
	    "plans[0].stages[1].tftp-servers: "
	    "0 addresses are not between 1 and 63" },
	{ STAGE, "tftp-servers", "[ \"0.0.0.0\" ]",
	    "plans[0].stages[1].tftp-servers[0]: 0.0.0.0 "
	    "means \"no address\", not a TFTP server's" },
	{ STAGE, "tftp-server-name", "\"a b\"",
	    "plans[0].stages[1].tftp-server-name: \"a b\" holds a blank" },
	{ FINISHED, "tftp-servers", "[ \"255.255.255.255\" ]",
	    "plans[0].finished.tftp-servers[0]: 255.255.255.255 "
	    "is the broadcast address, not a TFTP server's" },
	{ FINISHED, "tftp-servers", "[ \"10.0.0\" ]",
	    "plans[0].finished.tftp-servers[0]: \"10.0.0\" "
	    "is not an IPv4 address" },
	{ FINISHED, "tftp-server-name", "\"\"",
	    "plans[0].finished.tftp-server-name: \"\" is empty" },
};

START_TEST(value_is_refused)
{
	refused_with(values[_i].level, values[_i].key, values[_i].value,
	    SL_INVALID, values[_i].sentence);
}
END_TEST

static const char *const no_macs[] = { "", "0", "001", "0:1b:d4", "00:1b:d",
	"00:1b:", ":00", "00:1b-d4", "00:1bd4", "001b:d4", "001b.d4:12",
	"001b.", "00.1b", "00:1b:d4:12:34:56:78", "001bd412345678", "zz",
	"00:1b:zz", "00 1b d4", " 00", "00:1b:d4*", "0x1b" };

START_TEST(mac_is_refused)
{
	char list[64], sentence[128];

	snprintf(list, sizeof(list), "[ \"aa\", \"%s\" ]", no_macs[_i]);
	snprintf(sentence, sizeof(sentence),
	    "plans[0].macs[1]: \"%s\" "
	    "is neither a MAC address nor its first octets",
	    no_macs[_i]);
	refused_with(PLAN, "macs", list, SL_INVALID, sentence);
}
END_TEST

START_TEST(plans_have_different_names)
{
	refused_with(CONFIG, "plans",
	    "[ { \"name\": \"x\", \"models\": [ \"7906\" ],"
	    "    \"stages\": [ { \"name\": \"s\", \"directory\": \"d\" } ] },"
	    "  { \"name\": \"x\", \"models\": [ \"7911\" ],"
	    "    \"stages\": [ { \"name\": \"s\", \"directory\": \"d\" } ] } ]",
	    SL_INVALID, "plans[1].name: \"x\" is the name of plans[0] already");
}
END_TEST

/* What ends the service on a reload is looked for before what does not. */
START_TEST(shape_is_judged_before_any_value)
{
	refused("{ \"state\": \"bad\", \"tftp-servers\": [ \"bad\" ],"
	        "  \"stuck-after\": 0,"
	        "  \"plans\": [ { \"stages\": [ { \"name\": 1 } ] } ] }",
	    SL_SHAPE,
	    "plans[0].stages[0].name: 1 is a whole number, "
	    "a string is needed");
}
END_TEST

START_TEST(first_wrong_value_is_the_one_named)
{
	refused("{ \"tftp-servers\": [ \"bad\", \"worse\" ],"
	        "  \"stuck-after\": 0, \"max-active\": -1 }",
	    SL_INVALID, "tftp-servers[0]: \"bad\" is not an IPv4 address");
}
END_TEST

START_TEST(long_value_is_cut_between_characters)
{
	char value[300] = "\"", sentence[400];
	size_t i;

	/* 79 octets, then characters of three: the cut falls into the first. */
	memset(value + 1, 'x', 79);
	for (i = 80; i < 260; i += 3)
		memcpy(value + i, "\xe2\x82\xac", 3);
	memcpy(value + i, "\"", 2);
	snprintf(sentence, sizeof(sentence),
	    "state: %.80s...\" is not an absolute path", value);
	refused_with(CONFIG, "state", value, SL_INVALID, sentence);
}
END_TEST

START_TEST(value_of_control_characters_fits)
{
	char value[700] = "\"", sentence[512];
	size_t i;

	for (i = 1; i < 600; i += 6)
		memcpy(value + i, "\\u0001", 6);
	memcpy(value + i, "\"", 2);
	snprintf(sentence, sizeof(sentence),
	    "state: %.247s...\" is not an absolute path", value);
	refused_with(CONFIG, "state", value, SL_INVALID, sentence);
}
END_TEST

START_TEST(long_key_is_cut)
{
	char key[1000], json[1100], sentence[512];

	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	snprintf(json, sizeof(json), "{ \"%s\": 1 }", key);
	snprintf(sentence, sizeof(sentence),
	    "\"%.80s...\": unknown key; did you mean \"stuck-after\"?", key);
	refused(json, SL_SHAPE, sentence);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("plan_refused");
	TCase *t = tcase_create("refused");

	tcase_add_loop_test(t, no_json_is_refused, 0, COUNT(no_json));
	tcase_add_loop_test(t, shape_is_refused, 0, COUNT(shapes));
	tcase_add_loop_test(t, value_is_refused, 0, COUNT(values));
	tcase_add_loop_test(t, mac_is_refused, 0, COUNT(no_macs));
	tcase_add_test(t, plans_have_different_names);
	tcase_add_test(t, shape_is_judged_before_any_value);
	tcase_add_test(t, first_wrong_value_is_the_one_named);
	tcase_add_test(t, long_value_is_cut_between_characters);
	tcase_add_test(t, value_of_control_characters_fits);
	tcase_add_test(t, long_key_is_cut);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
