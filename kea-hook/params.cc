/* SPDX-License-Identifier: BSD-2-Clause */
/* The library's parameters, read by the checker that the command uses too. */
#include "params.h"

#include <cstdlib>

using isc::data::ConstElementPtr;
using isc::data::Element;

namespace stageload
{

namespace
{

int
hexDigit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* The octet of `\u00XX` at `at`, or -1: another escape. */
int
escapedOctet(const std::string &text, size_t at)
{
	int high, low;

	if (text.compare(at, 4, "\\u00") != 0 || at + 6 > text.size())
		return -1;
	high = hexDigit(text[at + 4]);
	low = hexDigit(text[at + 5]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* By the pattern of leading octets and their followers alone. */
bool
isUtf8(const std::string &text)
{
	int follow = 0;

	for (unsigned char c : text) {
		bool follows = (c & 0xc0) == 0x80;

		if (follows != (follow > 0))
			return false;
		if (follows)
			follow--;
		else if (c >= 0xc0)
			follow = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
	}
	return follow == 0;
}

/*
 * Kea handles text as octets and prints each one above 0x7e as \u00XX, so the
 * two octets of an "ü" would come out as two characters.  Gives them back,
 * but for an "ü" that came as \u00fc already: Kea made one octet of it.
 */
std::string
withOctets(const std::string &text)
{
	std::string out;

	out.reserve(text.size());
	for (size_t i = 0; i < text.size(); i++) {
		int octet = text[i] == '\\' ? escapedOctet(text, i) : -1;

		if (octet >= 0x80) {
			out += static_cast<char>(octet);
			i += 5;
		} else if (text[i] == '\\' && i + 1 < text.size()) {
			out.append(text, i, 2);
			i++;
		} else {
			out += text[i];
		}
	}
	return isUtf8(out) ? out : text;
}

void
parse(Parameters &parameters)
{
	sl_err err;

	err.text[0] = '\0';
	parameters.config.reset(sl_config_parse(parameters.json.data(),
	    parameters.json.size(), &parameters.rc, &err));
	if (parameters.config) {
		parameters.rc = SL_OK;
		parameters.state = parameters.config->state;
	} else {
		parameters.sentence = err.text;
	}
}

/* Where the published configuration of refused parameters would be. */
std::string
stateOf(const ConstElementPtr &element)
{
	ConstElementPtr state;

	if (element && element->getType() == Element::map)
		state = element->get("state");
	if (!state)
		return SL_STATE_DIRECTORY;
	if (state->getType() != Element::string ||
	    state->stringValue().compare(0, 1, "/") != 0)
		return "";
	return state->stringValue();
}

} // namespace

Parameters
readParameters(const ConstElementPtr &element)
{
	Parameters parameters;

	parameters.json = element ? withOctets(element->str()) : "{}";
	parse(parameters);
	if (!parameters.config)
		parameters.state = stateOf(element);
	return parameters;
}

Parameters
readPublished(const std::string &dir)
{
	Parameters parameters;
	char *json = nullptr;
	size_t length = 0;
	sl_err err;

	if (dir.empty()) {
		parameters.rc = SL_NONE;
		parameters.sentence = "the state directory is not known";
		return parameters;
	}
	err.text[0] = '\0';
	parameters.rc = sl_state_published(dir.c_str(), &json, &length, &err);
	if (parameters.rc != SL_OK) {
		parameters.sentence = err.text;
		return parameters;
	}
	std::unique_ptr<char, decltype(&std::free)> owner(json, &std::free);
	parameters.json.assign(json, length);
	parse(parameters);
	/* Where it was found counts: it may have been copied there. */
	parameters.state = dir;
	return parameters;
}

} // namespace stageload
